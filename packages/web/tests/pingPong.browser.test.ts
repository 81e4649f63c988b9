import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Match } from '../src/ping-pong/match.ts';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';
import { hang } from './processes.ts';

/** Room for a slow machine, for the schedule's serve, which comes once a minute, and for Lambda's retry, which comes after one. */
const PATIENCE_MS = 120_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  const { page } = window;
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript(watch);
  await page.goto(addressOf('/ping-pong'));
  await lampIs('live').waitFor();
}, PATIENCE_MS);

afterAll(async () => {
  await switchFault('Duplicate', false);
  await switchFault('Crash pong', false);
  await window.close();
});

/** What the page has shown since it was opened. */
interface Seen {
  told: string[];
  /** That pong was tried again, which is said for some seconds only. */
  isRetryTold: boolean;
  shifted: number;
  sinceMs: number;
}

/** Runs in the page: writes down each sentence below the wire, and how much of the page has moved by itself. */
function watch() {
  const seen: Seen = { told: [], isRetryTold: false, shifted: 0, sinceMs: performance.now() };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
      if (!shift.hadRecentInput) seen.shifted += shift.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
  new MutationObserver(() => {
    const sentence = document.querySelector('.narration')?.textContent ?? '';
    if (seen.told.at(-1) !== sentence) seen.told.push(sentence);
    seen.isRetryTold ||= document.querySelector('.court-line span')?.textContent === 'pong was tried again';
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

const seen = (): Promise<Seen> => window.page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);

/** Waits until a sentence is told that contains the text. */
const isTold = (text: string) =>
  window.page.waitForFunction(
    (wanted) => (globalThis as unknown as { seen: Seen }).seen.told.some((sentence) => sentence.includes(wanted)),
    text,
  );

const lampIs = (state: string) => window.page.locator(`.cabinet[data-lamp="${state}"]`);
const inPlay = () => window.page.locator('.ball[data-look="flying"]');
const theMatch = async () => (await (await fetch(addressOf('/api/ping-pong/match'))).json()) as Match;

async function switchFault(label: string, isOn: boolean): Promise<void> {
  const fault = window.page.locator('.fault-switch', { hasText: label });
  if ((await fault.getAttribute('aria-pressed')) === String(isOn)) return;
  await fault.click();
  await window.page.locator(`.fault-switch[aria-pressed="${isOn}"]`, { hasText: label }).waitFor();
}

/** Presses the space bar, again with each answer that the page asks for, until a ball is in play. */
async function serve(): Promise<void> {
  const { page } = window;
  while (!(await inPlay().isVisible())) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const answered = page.waitForResponse('**/match/serve');
    await page.keyboard.press('Space');
    if ((await answered).status() === 202) await inPlay().waitFor();
    else await page.waitForResponse('**/api/ping-pong/match');
  }
}

/** In order; each test goes on where the one before has left the match. */
describe('the page of ping-pong', () => {
  it(
    'serves by the space bar alone, says what the API answered, and plays a rally to its point: a miss flies past the bat',
    async () => {
      const { page, errors } = window;

      await page.keyboard.press('Space');

      await page.getByText(/202 Accepted: p[io]ng is to serve|409 A ball is in play/).waitFor();
      await inPlay().waitFor();
      await page.getByText(/rally \d+ · stroke \d+/).waitFor();
      await page.waitForFunction(() => {
        const missed = document.querySelector('.ball[data-look="missed"]');
        const x = missed ? new DOMMatrix(getComputedStyle(missed).transform).e : 137;
        // Behind the bats, which stand beside a table that is 274 wide.
        return x < -20 || x > 294;
      });
      await page.getByText(/(point|game) to p[io]ng/).waitFor();

      // That a ball is in play is an answer like any other; the browser notes it all the same.
      expect(errors.filter((error) => !error.startsWith('Failed to load resource'))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'breaks pong on request: counts down to the retry, and plays on with the next serve',
    async () => {
      const { page } = window;
      await switchFault('Crash pong', true);

      await serve();
      await page
        .getByText(/pong tries again in \d+ s/)
        .first()
        .waitFor();
      await switchFault('Crash pong', false);

      await isTold('Lambda runs it again in 60 s');
      await serve();
      await page.getByText(/rally \d+ · stroke [2-9]/).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'duplicates balls on request: a ghost fades on the bat, its sentence is read, and no stroke counts twice',
    async () => {
      const { page } = window;
      await switchFault('Duplicate', true);

      await serve();
      await page.locator('.ghost').first().waitFor({ state: 'attached' });
      await page.getByText(/\d+ ghost ball/).waitFor();
      await isTold('wrote nothing: one ball, one stroke');
      await switchFault('Duplicate', false);

      const { rally, lastPoints } = await theMatch();
      const strokes = rally.recentStrokes.map(({ stroke }) => stroke);
      expect(strokes).toEqual(strokes.map((_, index) => (strokes[0] ?? 0) + index));
      const totals = lastPoints.map(({ game, score }) => ({ game, points: score.ping + score.pong }));
      const following = totals
        .slice(1)
        .map(({ game, points }, index) => points - (totals[index]?.game === game ? (totals[index]?.points ?? 0) : 0));
      expect(following).toEqual(following.map(() => 1));
      expect(strokes.length + following.length).toBeGreaterThan(0);
      // The page's score is the match's, as soon as both speak of the same moment.
      await page.waitForFunction(async () => {
        const { score } = (await (await fetch('/api/ping-pong/match')).json()) as Match;
        const shown = Array.from(document.querySelectorAll('.score-value'), ({ textContent }) => Number(textContent));
        return shown[0] === score.ping && shown[1] === score.pong;
      });
    },
    PATIENCE_MS,
  );

  it(
    'keeps the focus on the button that serves, whatever becomes of the rally',
    async () => {
      const { page } = window;
      const button = page.getByRole('button', { name: 'Serve', exact: true });
      await button.focus();

      await page.keyboard.press('Enter');
      await page.getByText(/202 Accepted|409 A ball is in play/).waitFor();
      await inPlay().waitFor();

      expect(await button.evaluate((focused) => focused === document.activeElement)).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'says that its service hangs, keeps what it knows, and is live again when that goes on',
    async () => {
      await lampIs('live').waitFor();
      const goOn = hang('ping-pong-local');
      try {
        await lampIs('stale').waitFor();
        expect(await window.page.locator('.score-value').first().textContent()).toMatch(/^\d+$/);
      } finally {
        goOn();
      }

      await lampIs('live').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'fits a phone, also a narrow one, and shows the way of the ball without anything that travels where that is asked for',
    async () => {
      const phone = await openWindow({ phone: true });
      try {
        await phone.page.goto(addressOf('/ping-pong'));

        await phone.page.locator('.playing-table').waitFor();

        expect(await overflows(phone.page)).toBe(false);
        await phone.page.setViewportSize({ width: 320, height: 700 });
        expect(await overflows(phone.page)).toBe(false);
        await phone.page.emulateMedia({ reducedMotion: 'reduce' });
        await phone.page.locator('.steps circle').last().waitFor();
        expect(await phone.page.locator('.ball:not([data-look="resting"]):visible').count()).toBe(0);
      } finally {
        await phone.close();
      }
    },
    PATIENCE_MS,
  );

  it(
    'says when the crashed stroke is tried again, and has not moved by itself in a minute of rallies',
    async () => {
      const { page } = window;

      await page.waitForFunction(() => (globalThis as unknown as { seen: Seen }).seen.isRetryTold);
      await page.waitForFunction(
        () => performance.now() - (globalThis as unknown as { seen: Seen }).seen.sinceMs > 60_000,
      );

      expect((await seen()).shifted).toBeLessThan(0.02);
    },
    PATIENCE_MS,
  );
});
