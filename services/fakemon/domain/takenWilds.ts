import type { WildTable } from './ports.ts';
import type { Wild } from './wild.ts';

/** Enough for the fakémon of an hour; the oldest is forgotten first. */
const MOST = 500;

/**
 * Remembers fakémon of which no unit is left, for as long as the environment lives: nothing of them changes any more, and all who
 * got one are known. So of a crowd that comes too late only the first asks the table.
 */
export function rememberingTaken({ find, take }: Pick<WildTable, 'find' | 'take'>): Pick<WildTable, 'find' | 'take'> {
  const taken = new Map<string, Wild>();
  const noted = (wild: Wild | undefined) => {
    if (wild?.unitsLeft !== 0) return wild;
    taken.set(wild.fakemonId, wild);
    const [oldest] = taken.keys();
    if (taken.size > MOST && oldest !== undefined) taken.delete(oldest);
    return wild;
  };
  return {
    find: async (fakemonId) => taken.get(fakemonId) ?? noted(await find(fakemonId)),
    async take(...asked) {
      const outcome = await take(...asked);
      return outcome === 'taken' ? outcome : { refused: noted(outcome.refused) };
    },
  };
}
