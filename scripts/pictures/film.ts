import type { Browser, Locator, Page } from 'playwright-core';
import { animationOf } from './animation.ts';
import type { FilmedArcade } from './arcade.ts';
import { type PacedShot, paced, startCamera } from './camera.ts';
import { ghostIsDrawn, ghostIsGone } from './events.ts';
import { inPage } from './inPage.ts';
import { followJournal, type Hop, type Journal } from './journal.ts';
import { type Box, cropped, decoded } from './png.ts';
import { steps } from './steps.ts';
import { type Output, terminalPage } from './terminal.ts';

/** The cabinet in this window is about as wide as a README's text. */
const WINDOW = { width: 1280, height: 800 };
/** A frame is shown at least so long: 15 in a second. */
const STEP_MS = 66;
/** For how long the end of a scene stays on, so that it can be read. */
const READ_MS = 1200;
/**
 * When pong crashes, counted from the schedule that looks for a lost ball each minute (a ball is lost after ten seconds): so
 * late that the next look is too early, and Lambda's own retry comes before the one after it.
 */
const CRASH_AFTER_SCHEDULE_MS = 52_000;
/** So long before it there must be a ball in play: the match rests when it has played what one serve may cost. */
const SERVED_BEFORE_MS = 8_000;
/** How often a scene is filmed again when the rally takes another turn than the one that is told. */
const TAKES = 5;

/** What a scene waits for comes within a minute, or does not. */
const SCENE_MS = 75_000;
/** After so long a serve was refused: the match's own was quicker. */
const ANSWER_MS = 2_000;

/** A piece of the film: shots of a part of the window. */
interface Scene {
  crop: Box;
  shots: readonly PacedShot[];
}

/** The page that is filmed, and what local-aws says of it. */
interface Location {
  page: Page;
  journal: Journal;
}

/** Films what happens while `act` runs; what came before it calls `begin` is cut out. */
async function filmed(page: Page, act: (begin: () => void) => Promise<unknown>): Promise<PacedShot[]> {
  const camera = await startCamera(page);
  try {
    await act(() => {
      camera.take.beginMs = Date.now();
    });
  } finally {
    await camera.stop();
  }
  return paced(camera.take, STEP_MS, READ_MS);
}

/** Moves the pointer to something and presses, as somebody would. */
async function click(page: Page, target: Locator): Promise<void> {
  const box = await target.boundingBox();
  if (!box) throw new Error(`${target} is not on the page`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 18 });
  await page.mouse.down();
  await page.mouse.up();
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();
const middle = (page: Page, text: RegExp) => page.locator('.middle').filter({ hasText: text }).waitFor();
const court = (page: Page, text: RegExp) => page.locator('.court').filter({ hasText: text }).waitFor();
const telling = (page: Page, text: RegExp) => page.locator('.narration').filter({ hasText: text }).waitFor();

/** `npm start` is typed, and prints what it has printed. */
function start(page: Page, size: { width: number; height: number }, output: readonly Output[]): Promise<PacedShot[]> {
  return filmed(page, async () => {
    await page.setContent(terminalPage('serverless-arcade', 'npm start', output, size));
    await page.locator('.last').waitFor();
  });
}

/** Serve is pressed while no ball is in play, which is a moment, and two functions play. */
async function serve({ page }: Location): Promise<PacedShot[]> {
  await button(page, 'Serve').hover();
  return filmed(page, async (begin) => {
    await middle(page, /stroke/);
    await middle(page, /point to|game to|let/);
    begin();
    await page.mouse.down();
    await page.mouse.up();
    await page.getByText('202 Accepted').waitFor({ timeout: ANSWER_MS });
    await middle(page, /stroke ([2-9]|\d\d)/);
  });
}

/** Has a switch off before a scene: a take that was given up may have left it on. */
async function switchOff(target: Locator): Promise<void> {
  if ((await target.getAttribute('aria-pressed')) === 'true') await target.click();
}

/** Messages are delivered twice, a ghost ball comes, and the wire says why nothing came of it. */
async function ghost({ page }: Location): Promise<PacedShot[]> {
  const duplicate = button(page, /^Duplicate/);
  await switchOff(duplicate);
  const shots = await filmed(page, async () => {
    await click(page, duplicate);
    await ghostIsDrawn(page);
    await telling(page, /At least once|Idempotent consumer/);
    await ghostIsGone(page);
  });
  await switchOff(duplicate);
  return shots;
}

/** Waits for a time of the clock, in milliseconds since the epoch; nothing is filmed meanwhile. */
const until = (page: Page, atMs: number) => page.waitForTimeout(Math.max(0, atMs - Date.now()));

/** Turns how often something happens, in percent. */
async function dial(page: Page, label: string, percent: number): Promise<void> {
  await button(page, /^Break it/).click();
  await page.getByRole('slider', { name: label }).fill(String(percent));
  await page.keyboard.press('Escape');
}

const isOfPong = ({ kind, to = '' }: Hop) => kind === 'invocation' && /:function:ping-pong-.*-pong$/.test(to);

/** Pong crashes in the middle of a rally; what Lambda's wait takes is cut out; the retry plays the stroke. */
async function crash({ page, journal }: Location): Promise<PacedShot[]> {
  const crashPong = button(page, /^Crash pong/);
  await switchOff(crashPong);
  await dial(page, 'Crash pong', 100);
  const looked = await journal.next(
    "ping-pong's schedule fires",
    ({ kind, from = '' }) => kind === 'schedule' && from.includes('/ping-pong-'),
  );
  await until(page, looked.atMs + CRASH_AFTER_SCHEDULE_MS - SERVED_BEFORE_MS);
  await steps['serve unless a ball is in play'](page);
  await until(page, looked.atMs + CRASH_AFTER_SCHEDULE_MS);
  await middle(page, /stroke ([2-9]|\d\d)/);

  const crashed = journal.next('pong crashes', (hop) => isOfPong(hop) && hop.outcome === 'error');
  const before = await filmed(page, async () => {
    await click(page, crashPong);
    await crashed;
    await click(page, crashPong);
    await court(page, /pong.*tries again in 5\d s/);
    await telling(page, /pong crashed/);
  });
  const { requestId } = await crashed;
  const played = journal.next(
    'the retry plays on',
    (hop) => hop.kind === 'call' && hop.action === 'Publish' && hop.requestId === requestId,
  );
  await court(page, /pong.*tries again in 2 s/);
  const after = await filmed(page, async () => {
    await played;
    await telling(page, /attempt 2/);
    await middle(page, /rally \d+ · stroke \d+/);
    const [stroke = ''] = /stroke \d+/.exec((await page.locator('.middle').textContent()) ?? '') ?? [];
    await page.locator('.middle').filter({ hasNotText: stroke }).waitFor();
  });
  return [...before, ...after];
}

/** Another take, when the rally took a turn that was not the one to be told. */
async function severalTakes(scene: () => Promise<PacedShot[]>): Promise<PacedShot[]> {
  for (let take = 1; ; take += 1) {
    try {
      return await scene();
    } catch (error) {
      if (take === TAKES) throw error;
      console.log(`  filmed again: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  }
}

/** Puts the scenes together. */
function cut(scenes: readonly Scene[]): Buffer {
  return animationOf(
    scenes.flatMap(({ crop, shots }) =>
      shots.map(({ png, durationMs }) => ({
        bitmap: cropped(decoded(Buffer.from(png, 'base64')), crop),
        durationMs,
      })),
    ),
  );
}

/**
 * The film, as an animated PNG file: `npm start`, a serve, a ghost ball, a crash healed. Of what happens nothing is played: each
 * scene waits for its events. The arcade must have been started just now. Throws an Error when an event does not come.
 */
export async function makeFilm(browser: Browser, arcade: FilmedArcade): Promise<Buffer> {
  const context = await browser.newContext({ viewport: WINDOW, colorScheme: 'dark' });
  const journal = await followJournal(arcade.localAwsUrl, SCENE_MS);
  try {
    await context.addInitScript(await inPage('showPointer'));
    const terminal = await context.newPage();
    const page = await context.newPage();
    page.setDefaultTimeout(SCENE_MS);
    await page.goto(`${arcade.webUrl}/ping-pong`);
    await page.locator('.cabinet[data-lamp="live"]').waitFor();
    await button(page, /^Duplicate/).waitFor();
    const place = await page.locator('.cabinet').boundingBox();
    if (!place) throw new Error('there is no cabinet on the page of ping-pong');
    const [width, height] = [Math.round(place.width), Math.round(place.height)];
    const crop = { x: Math.round(place.x), y: Math.round(place.y), width, height };
    const location = { page, journal };

    const scenes: Scene[] = [{ crop, shots: await severalTakes(() => serve(location)) }];
    scenes.push({ crop, shots: await severalTakes(() => ghost(location)) });
    scenes.push({ crop, shots: await severalTakes(() => crash(location)) });
    await terminal.bringToFront();
    const started = await start(terminal, { width, height }, arcade.output);
    return cut([{ crop: { x: 0, y: 0, width, height }, shots: started }, ...scenes]);
  } finally {
    journal.close();
    await context.close();
  }
}
