import type { Standing } from './game/engine.ts';

/** Why the latest status was not taken, by its answer; 0 when there was none. */
export function troubleWords(status: number): string {
  if (status === 0 || status === 502 || status === 504) return 'Your score does not get through: trying again.';
  if (status === 401 || status === 403) return `${status}: your sign-in has ended. Sign in again.`;
  if (status === 429) return '429: too many at once. The newest goes soon.';
  if (status >= 500) return `${status}: the stream takes nothing. The newest score waits.`;
  return `${status}: this score was refused.`;
}

/** What is read out when lives or the level change, or the game is over. */
export function aloudWords(before: Standing | undefined, { score, lives, level }: Standing): string | undefined {
  const points = `${score.toLocaleString('en')} points`;
  if (lives === 0) return `Game over: ${points}, level ${level}.`;
  if (before && level > before.level) return `Level ${level}. ${points}.`;
  if (before && lives < before.lives) return `${lives} ${lives === 1 ? 'life' : 'lives'} left. ${points}.`;
  return undefined;
}
