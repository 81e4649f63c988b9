import { type Chapter, type Game, isLiving, type PlayerCard, roundOf } from './gameView.ts';

/** Who points at whom. */
export interface Accusation {
  by: string;
  accused: string;
}

/**
 * Who accused whom on a day. The index keeps a turn as the lines that the API has always said; they are not read but
 * looked up: of all pairs of players, those whose line stands there.
 */
export function accusationsOf({ turn, message }: Chapter, players: readonly PlayerCard[]): Accusation[] {
  if (turn !== 'day') return [];
  const pairs = new Map(
    players.flatMap(({ name: by }) =>
      players.map(({ name: accused }) => [`${by} blames on ${accused}`, { by, accused }]),
    ),
  );
  return message.flatMap((line) => pairs.get(line) ?? []);
}

/** Who left in a turn; nobody by day. */
export function leaverOf({ message }: Chapter, players: readonly PlayerCard[]): PlayerCard | undefined {
  return players.find(
    ({ name }) =>
      message.includes(`Mafia kills ${name}`) ||
      message.includes(`Guilty member of mafia ${name} has been sentenced!`) ||
      message.includes(`Innocent ${name} has been sentenced unfairly`),
  );
}

/** The names that most point at, in alphabetical order, and how many do; no names when nobody points at anybody. */
export function mostAccused(accusations: readonly Accusation[]): { names: string[]; fingers: number } {
  const fingersAt = new Map<string, number>();
  for (const { accused } of accusations) fingersAt.set(accused, (fingersAt.get(accused) ?? 0) + 1);
  const fingers = Math.max(0, ...fingersAt.values());
  return { names: [...fingersAt].flatMap(([name, count]) => (count === fingers ? [name] : [])).sort(), fingers };
}

/** The accusations that still hang in the room: those of the last day, until somebody is sentenced. */
export function openAccusations({ story, players, turn, outcome }: Game): Accusation[] {
  const day = story.at(-1);
  return day && turn === 'judgement' && !outcome ? accusationsOf(day, players) : [];
}

const listed = new Intl.ListFormat('en');

/** Of several ways to say it always the same one for the same turn, and another one for the next. */
const oneOf = (ways: readonly string[], number: number): string => ways[Math.floor(number / 3) % ways.length] ?? '';

const nightfall = (name: string) => [
  `${name} does not come down to breakfast.`,
  `A step on the stairs, a door. In the morning ${name}’s chair is empty.`,
  `The lamp flickers once. When it burns again, ${name} is gone.`,
  `Everybody slept badly. ${name} sleeps on.`,
  `${name} wanted to say something at breakfast. Nobody will know what.`,
];

const caught = (name: string) => [
  `${name} takes the mask off: mafia! The table breathes again.`,
  `${name} smiles, and puts the hat on. Mafia, and caught.`,
  `“You took your time”, says ${name}, who is mafia and on the way out.`,
];

const wronged = (name: string) => [
  `${name} takes the mask off: innocent. Somebody at the table tries not to grin.`,
  `${name} was innocent. It is very quiet now.`,
  `Innocent! ${name} goes, and the mafia did not even have to get up.`,
];

function ofTheDay(chapter: Chapter, players: readonly PlayerCard[]): string {
  const accusations = accusationsOf(chapter, players);
  const { names, fingers } = mostAccused(accusations);
  if (names.length === 0) return 'Nobody points at anybody. A strange breakfast.';
  const share = `${fingers} of ${accusations.length} fingers`;
  if (names.length === 1) return `${share} point at ${names[0]}.`;
  return names.length > 4
    ? `Everybody suspects somebody else: ${names.length} of them have ${fingers === 1 ? 'a finger' : `${fingers} fingers`} at them.`
    : `The table is torn: ${listed.format(names)}, with ${share} each.`;
}

/** A turn in the page's own words. The players are those of the game as it is now. */
export function tell(chapter: Chapter, { players, mafia }: Pick<Game, 'players' | 'mafia'>): string {
  const { turn, number } = chapter;
  if (turn === 'start') {
    return `${players.length} sit down around one lamp. ${mafia === 1 ? 'One of them is' : `${mafia} of them are`} mafia, and nobody looks it.`;
  }
  if (turn === 'day') return ofTheDay(chapter, players);
  const leaver = leaverOf(chapter, players);
  if (!leaver) return 'Nothing happens. Nobody trusts it.';
  if (turn === 'night') return oneOf(nightfall(leaver.name), number);
  return oneOf(leaver.identity === 'Correctly sentenced' ? caught(leaver.name) : wronged(leaver.name), number);
}

/** How it ended, and what that proves of whoever still sits there; undefined while it is played. */
export function tellEnd({ outcome, players }: Pick<Game, 'outcome' | 'players'>): string | undefined {
  if (!outcome) return undefined;
  const survivors = players.filter(isLiving).map(({ name }) => name);
  const who = survivors.length > 6 ? `all ${survivors.length} of them` : listed.format(survivors);
  return outcome === 'mafia'
    ? `Masks off. No innocent is left, so whoever still sits here is mafia: ${who}.`
    : `Masks off. All mafia are caught, so whoever still sits here is innocent: ${who}.`;
}

/** What is due, in a sentence. */
export function promptFor({ turn, outcome, turnsPlayed }: Pick<Game, 'turn' | 'outcome' | 'turnsPlayed'>): string {
  if (outcome) return outcome === 'mafia' ? 'Mafia have won.' : 'The innocent have won.';
  const prompts = {
    night: 'The lamp is low. The mafia choose.',
    day: 'Morning. Who was it?',
    judgement: 'Who has to go?',
  };
  return turnsPlayed === 0 ? 'Everybody is seated. Dim the lamp.' : prompts[turn];
}

/** The heading of a turn: "Night 2". */
export function headingOf({ turn, number }: Pick<Chapter, 'turn' | 'number'>): string {
  const names = { start: 'The beginning', night: 'Night', day: 'Day', judgement: 'Judgement' };
  return turn === 'start' ? names.start : `${names[turn]} ${roundOf(number - 1)}`;
}

/** What tells the game from the others, for the page's title: "8 players, 21 Nov 23:40:07". */
export function titleOf({ players, startedAt }: Pick<Game, 'players' | 'startedAt'>): string {
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const when = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', ...time });
  return `${players.length} players, ${when.format(new Date(startedAt)).replace(',', '')}`;
}
