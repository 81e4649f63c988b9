import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, openWindow, type Window } from './browser.ts';

const PATIENCE_MS = 120_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
}, PATIENCE_MS);

afterAll(() => window.close());

/** The wire of the page of parts that is played on by buttons. */
async function openedWire() {
  await window.page.goto(addressOf('/parts'));
  const wire = window.page.getByRole('region', { name: 'Under the hood', exact: true });
  await wire.locator('.wire-node').first().waitFor();
  return wire;
}

const play = (label: string) => window.page.getByRole('button', { name: label, exact: true }).click();

/** Looks from now on for such an element, be it there for one frame; gives what waits until there was one. */
async function watch(selector: string) {
  const watched = await window.page.evaluateHandle((wanted) => {
    const watching = { isSeen: false };
    const look = () => {
      watching.isSeen = document.querySelector(wanted) !== null;
      if (!watching.isSeen) requestAnimationFrame(look);
    };
    look();
    return watching;
  }, selector);
  return () => window.page.waitForFunction(({ isSeen }) => isSeen, watched);
}
const A_TOKEN = '.wire-tokens i:not([hidden])';

describe('the wire', () => {
  it(
    'draws a duplicate as a ghost, says what it means, announces that alone, and never changes its height',
    async () => {
      const { page } = window;
      const wire = await openedWire();
      const buried = wire.locator('[data-node="buried"]');
      const size = () => wire.evaluate(({ clientWidth, clientHeight }) => ({ clientWidth, clientHeight }));
      const before = await size();
      const wayThere = wire.locator('.wire-edge[data-failure="true"]');
      const isBuriedSeen = (await buried.isVisible()) || (await wayThere.isVisible());

      const ghost = await watch(`${A_TOKEN}[data-ghost="true"]`);
      const running = await watch('[data-node="reader"][data-look="running"]');
      await play('A message');
      await wire.locator('.narration').getByText('Publish / subscribe').waitFor();
      const announcedOfMessage = await wire.getByRole('status').textContent();
      await play('A duplicate');
      await Promise.all([ghost(), running()]);
      await wire.locator('.narration').getByText('delivered the same message to reader twice').first().waitFor();
      expect(await wire.getByRole('status').textContent()).toMatch(/^At least once: news delivered/);
      await wire.locator('.narration').getByText('Optimistic lock').waitFor();
      await play('A dead letter');
      await buried.waitFor();
      await wayThere.waitFor();

      expect(announcedOfMessage).toBe('');
      expect(isBuriedSeen).toBe(false);
      expect(await size()).toEqual(before);
      expect(await page.locator('[data-node="reader"] .wire-kind').first().textContent()).toMatch(/ ms$/);
    },
    PATIENCE_MS,
  );

  it.each([
    [1280, 800, 11],
    [1920, 1080, 13],
  ])(
    'names what it draws so that it can be read at %i x %i, and no name touches its border',
    async (width, height, least) => {
      const { page } = window;
      const before = page.viewportSize();
      await page.setViewportSize({ width, height });
      await page.goto(addressOf('/mafia'));
      await page.locator('.wire-node').first().waitFor();
      // Its drawing is fitted to the window in the next frame.
      await page.locator('.wire-net svg[viewBox]').waitFor();
      const names = await page.locator('.wire-node').evaluateAll((nodes) =>
        nodes.map((node) => {
          const [name, shape] = [node.querySelector('.wire-name'), node.querySelector('.wire-shape')];
          if (!(name instanceof SVGTextElement) || !shape) throw new Error('a node has a name and a shape');
          const [inner, outer] = [name.getBoundingClientRect(), shape.getBoundingClientRect()];
          const px = Number.parseFloat(getComputedStyle(name).fontSize) * (name.getScreenCTM()?.a ?? 0);
          return { px, air: Math.min(inner.left - outer.left, outer.right - inner.right) };
        }),
      );
      if (before) await page.setViewportSize(before);

      expect(names.length).toBeGreaterThan(5);
      expect(Math.min(...names.map(({ px }) => px))).toBeGreaterThanOrEqual(least);
      expect(Math.min(...names.map(({ air }) => air))).toBeGreaterThanOrEqual(4);
    },
    PATIENCE_MS,
  );

  it(
    'counts what is too much to draw, and says what was missed',
    async () => {
      const wire = await openedWire();

      await play('A rush');
      await wire.getByText(/^×\d+\/s$/).waitFor();
      expect(await wire.locator('.wire-edge[data-busy="true"]').count()).toBe(1);
      await play('Thirty-seven missed');

      await wire.getByText('37 missed').waitFor();
      await wire.locator('.wire-edge[data-busy="true"]').waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'stands still, steps and goes on by keyboard alone',
    async () => {
      const { page } = window;
      const wire = await openedWire();
      const figures = wire.locator('.wire-figures');
      const waiting = async () => Number(/(\d+) wait/.exec((await figures.textContent()) ?? '')?.[1]);
      await wire.getByRole('button', { name: 'Freeze' }).focus();

      await page.keyboard.press('f');
      await wire.getByRole('button', { name: 'Freeze', pressed: true }).waitFor();
      await play('A message');
      await wire.getByText(/^frozen, [1-9]\d* wait/).waitFor();
      const all = await waiting();
      expect(await wire.locator(A_TOKEN).count()).toBe(0);

      await wire.getByRole('button', { name: 'Freeze' }).focus();
      const token = await watch(A_TOKEN);
      await page.keyboard.press('s');
      await token();
      await wire.getByText(`frozen, ${all - 1} wait`).waitFor();
      await wire.locator(A_TOKEN).waitFor({ state: 'detached' });

      await page.keyboard.press('q');
      await wire.getByText(/^¼ speed, /).waitFor();
      await page.keyboard.press('q');
      await wire.getByText(/hops\/s/).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'lets nothing travel where stillness is wanted: nodes light up',
    async () => {
      const { page } = window;
      await page.emulateMedia({ reducedMotion: 'reduce' });
      try {
        const wire = await openedWire();
        await page.evaluate(() => {
          const seen = { tokens: 0 };
          Object.assign(globalThis, { seen });
          const look = () => {
            seen.tokens += document.querySelectorAll('.wire-tokens i:not([hidden])').length;
            requestAnimationFrame(look);
          };
          look();
        });
        const lit = await watch('[data-node="news"][data-look="lit"]');

        await play('A message');
        await lit();
        await wire.locator('[data-node="news"][data-look="quiet"]').waitFor();

        expect(await page.evaluate(() => (globalThis as unknown as { seen: { tokens: number } }).seen.tokens)).toBe(0);
      } finally {
        await page.emulateMedia({ reducedMotion: null });
      }
    },
    PATIENCE_MS,
  );

  it(
    'says in words that a stage has no journal, that nobody answers, and that there is no drawing',
    async () => {
      const { page } = window;
      await openedWire();
      const wire = (state: string) => page.getByRole('region', { name: `Under the hood, ${state}` });

      await wire('on a deployed stage').getByText('A deployed stage has no journal to follow').waitFor();
      await wire('while local-aws does not answer').getByText('local-aws does not answer.').waitFor();
      await wire('without a drawing').getByText('There is no drawing of this service.').waitFor();
      expect(await wire('on a deployed stage').getByRole('button').count()).toBe(0);
    },
    PATIENCE_MS,
  );
});

describe('the list of hops', () => {
  it(
    'stands still while the keyboard is on it, opens what belongs to a hop as a waterfall, and gets the focus back',
    async () => {
      const { page } = window;
      await page.goto(addressOf('/ping-pong'));
      const list = page.getByRole('region', { name: 'Hops' });
      const rows = list.getByRole('button');
      await rows.nth(1).waitFor();

      await rows.first().focus();
      await list.getByText('held').waitFor();
      await page.keyboard.press('ArrowDown');
      const texts = () => rows.allTextContents();
      const held = await texts();
      const status = await page.evaluate(async () => (await fetch('/api/ping-pong/match')).status);
      await page
        .locator('.wire-figures')
        .getByText(/^[1-9]\d* hops/)
        .waitFor();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/\d+ hops in [\d,.]+ ms/).waitFor();
      expect(await dialog.locator('li[aria-current="true"]').count()).toBe(1);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });

      expect(await rows.nth(1).evaluate((row) => row === document.activeElement)).toBe(true);
      expect([status, await texts()]).toEqual([200, held]);
      await page.keyboard.press('Tab');
      await list.getByText('held').waitFor({ state: 'detached' });
      await rows
        .first()
        .filter({ hasNotText: held[0] ?? '' })
        .waitFor();
    },
    PATIENCE_MS,
  );
});
