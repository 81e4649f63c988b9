import { setTimeout as wait } from 'node:timers/promises';
import { apiOf } from '@arcade/local-aws/testkit';
import { afterEach, expect, it } from '@jest/globals';
import {
  addressOf,
  directives,
  games,
  newGamer,
  type Play,
  type Player,
  rallies,
  TRIAL_SCORE,
  throws,
  trials,
} from './players.ts';

/** All five are played so long. */
const PLAY_MS = 60_000;
/** How long what was done may take to the lobby: functions that have not run yet start, and a pipe and a board gather records. */
const LAG_MS = 30_000;
const TEST_MS = 300_000;

/** What is looked at, of an event or a happening. */
interface Heard {
  chain: string;
  about: string;
}

/** Where there is a journal: on a laptop and where a deployment is rehearsed, not on AWS. */
const journalUrl = process.env.ARCADE_LOCAL_AWS_URL;

const isOf =
  ({ chain, about }: Play) =>
  (heard: Heard) =>
    heard.chain === chain && heard.about === about;

let socket: WebSocket | undefined;
afterEach(() => socket?.close());

/** Opens the lobby's socket, as its page does; gives what is told there. */
async function listen(): Promise<readonly Heard[]> {
  const happenings: Heard[] = [];
  const opened = new WebSocket(`${addressOf('ARCADE_URL').replace(/^http/, 'ws')}/api/lobby/socket`);
  socket = opened;
  opened.addEventListener('message', ({ data }) => {
    const { type, correlationId, detail } = JSON.parse(String(data));
    if (type === 'lobby.happened') happenings.push({ chain: correlationId, about: detail.about });
  });
  await new Promise((resolve, reject) => {
    opened.addEventListener('open', resolve);
    opened.addEventListener('error', () => reject(new Error('the socket of the lobby was not opened')));
  });
  return happenings;
}

/** Looks until there is something of each play, or for as long as that may take; gives the plays of which there is nothing. */
async function missingFrom(look: () => Promise<readonly Heard[]>, plays: readonly Play[]): Promise<Play[]> {
  for (const endMs = Date.now() + LAG_MS; ; ) {
    const heard = await look();
    const missing = plays.filter((play) => !heard.some(isOf(play)));
    if (missing.length === 0 || Date.now() > endMs) return missing;
    await wait(500);
  }
}

/** The names in the ARNs of all that a chain has come through. */
async function wayOf({ chain }: Play): Promise<string> {
  const answer = await fetch(`${journalUrl}/_local/journal?correlationId=${encodeURIComponent(chain)}`);
  const hops = (await answer.json()) as { service: string; action: string; from?: string; to?: string }[];
  return hops.map(({ service, action, from, to }) => [service, action, from, to].join(' ')).join('\n');
}

it(
  'all five are played at once for a minute, and each is found in the feed, the hall of fame and the journal, in one chain from the first request on',
  async () => {
    const lobby = apiOf(addressOf('ARCADE_LOBBY_URL'));
    const { stage } = (await apiOf(addressOf('ARCADE_URL'))('GET', '/_arcade/stage')).body;
    const told = await listen();
    const gamer = await newGamer(stage);
    const endMs = Date.now() + PLAY_MS;
    const players: Player[] = [rallies, games, throws(gamer), trials(gamer, stage), directives];

    const played = await Promise.all(players.map((play) => play(() => Date.now() > endMs)));

    expect(played.map((plays) => plays.length > 0)).toEqual(players.map(() => true));
    const plays = played.flat();
    const feed = async () => (await lobby('GET', '/feed?limit=500')).body.happenings as Heard[];
    expect(await missingFrom(feed, plays)).toEqual([]);
    expect(await missingFrom(async () => told, plays)).toEqual([]);

    const { records } = (await lobby('GET', '/hall-of-fame')).body;
    const bestOf = (wanted: string) =>
      records.find(({ discipline }: { discipline: string }) => discipline === wanted)?.value;
    const caught = plays.filter(({ cabinet }) => cabinet === 'fakemon').length;
    expect(bestOf('longest-rally')).toBeGreaterThan(0);
    expect(bestOf('best-hunter')).toBeGreaterThanOrEqual(caught);
    expect(bestOf('best-score')).toBeGreaterThanOrEqual(TRIAL_SCORE);
    expect(bestOf('shrewdest-town')).toBeLessThanOrEqual(2);

    if (!journalUrl) return;
    for (const one of played.map(([first]) => first as Play)) {
      const way = await wayOf(one);
      expect(way).toContain(`function:${one.cabinet}-${stage}-`);
      expect(way).toMatch(new RegExp(`function:lobby-${stage}-(tell|overhear)`));
    }
  },
  TEST_MS,
);
