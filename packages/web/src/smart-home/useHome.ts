import { useCallback, useEffect, useRef, useState } from 'react';
import type { Lamp } from '../cabinet/Cabinet.tsx';
import { useJournal } from '../lib/journal.ts';
import { LOOK_TRACE } from '../lib/look.ts';
import { usePolling } from '../lib/usePolling.ts';
import { isPending } from './exchange.ts';
import type { Bulb, BulbState, Home, Misbehaviour } from './home.ts';
import { keepKey, keptKey } from './homeKey.ts';
import { createKeyring } from './keyring.ts';
import { askHome, makeHome, misbehave, say, switchByHand } from './service.ts';
import { useMisbehaviour } from './useMisbehaviour.ts';

/** What happens is looked at so often while something is under way, and else so often, in milliseconds. */
const BUSY_MS = 300;
const CALM_MS = 3_000;
/** Something may follow for so long after whatever was done: a push, a correction. */
const AFTERMATH_MS = 6_000;

/** Whoever said something waits no longer, whatever is known of it, in milliseconds. */
const LONGEST_MS = 10_000;

/** One for all of the page: both of a strict mode's first two looks get the same home. */
const keyring = createKeyring({ kept: keptKey, keep: keepKey, make: () => makeHome() });

/** What was said and is not among what the world tells of yet. */
export interface Said {
  text: string;
  /** The newest that was known when it was said. */
  afterId: string | undefined;
  /** Why it was not said after all. */
  problem?: string;
  /** It was no word, but a hand at the bulb that `text` names. */
  isByHand?: boolean;
}

/** All that the page knows of its home, and what it can do there. */
export interface UseHome {
  home: Home | undefined;
  lamp: Lamp;
  said: Said | undefined;
  /** What goes wrong outside; undefined until it is known. */
  misbehaviour: Misbehaviour | undefined;
  /** These two never reject: what came of it is told in `said`. Gives whether it was heard. */
  say(text: string): Promise<boolean>;
  switchByHand(bulb: Bulb, state: Partial<BulbState>): Promise<void>;
  /** Rejects with `Problem`. */
  misbehave(change: Partial<Misbehaviour>): Promise<void>;
}

/** Whether something is to be seen soon: an answer is awaited, or Alexa does not know yet what a bulb does. */
const isUnsettled = ({ exchanges, nowMs }: Home) =>
  exchanges.some((exchange) => isPending(exchange) && nowMs - exchange.saidAtMs < LONGEST_MS);

const problemOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Has a home linked that was made when the skill was not there yet, or whose skill is enabled again: once, by what anybody could say. */
function useLinking(home: Home | undefined, speak: (text: string) => Promise<unknown>): void {
  const isTried = useRef(false);
  useEffect(() => {
    if (!home || home.misbehaviour.skillDisabled) return;
    const wasTried = isTried.current;
    isTried.current = !home.isLinked;
    if (home.isLinked || wasTried) return;
    void speak('link my account').then(() => speak('discover my devices'));
  }, [home, speak]);
}

/** Follows the home of this browser, which is made when there is none. */
export function useHome(): UseHome {
  const ask = useCallback((signal: AbortSignal) => keyring.renewing((key) => askHome(key, signal)), []);
  const { value: home, lamp, refresh } = usePolling(ask, CALM_MS);
  const [said, setSaid] = useState<Said>();
  const busyUntilMs = useRef(0);
  const busyFor = useCallback((ms: number) => {
    busyUntilMs.current = Math.max(busyUntilMs.current, Date.now() + ms);
  }, []);
  useEffect(() => {
    const timer = setInterval(() => Date.now() < busyUntilMs.current && refresh(), BUSY_MS);
    return () => clearInterval(timer);
  }, [refresh]);

  // What the wire shows is not older on the screen: messages tell that there is something to look at.
  useJournal(({ hops, isPast }) => {
    const isNews = hops.some(
      ({ traceId, to = '', from = '' }) => traceId !== LOOK_TRACE && /[:/]smart-home-/.test(to + from),
    );
    if (isNews && !isPast) busyFor(2 * BUSY_MS);
  });
  useEffect(() => {
    if (home && isUnsettled(home)) busyFor(AFTERMATH_MS);
  }, [home, busyFor]);

  const act = async (run: () => Promise<unknown>) => {
    busyFor(AFTERMATH_MS);
    try {
      await run();
    } finally {
      busyFor(AFTERMATH_MS);
      refresh();
    }
  };
  const trouble = useMisbehaviour(home?.misbehaviour, (all) =>
    act(async () => misbehave(await keyring.current(), all)),
  );
  const newest = home?.exchanges[0]?.id;
  const isTold = said?.problem === undefined && said?.afterId !== newest;
  const speak = async (text: string) => {
    const speaking = { text, afterId: newest };
    setSaid(speaking);
    try {
      await act(async () => say(await keyring.current(), text));
      return true;
    } catch (error) {
      setSaid({ ...speaking, problem: problemOf(error) });
      return false;
    }
  };
  const handle = async ({ deviceId, name }: Bulb, state: Partial<BulbState>) => {
    setSaid((before) => (before?.isByHand ? undefined : before));
    try {
      await act(async () => switchByHand(await keyring.current(), deviceId, state));
    } catch (error) {
      setSaid({ text: name, afterId: newest, isByHand: true, problem: problemOf(error) });
    }
  };
  useLinking(home, speak);
  return {
    ...{ home, lamp, said: isTold ? undefined : said },
    say: speak,
    switchByHand: handle,
    misbehaviour: trouble.now,
    misbehave: trouble.change,
  };
}
