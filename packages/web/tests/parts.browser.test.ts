import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { addressOf, openWindow, type Window } from './browser.ts';

const PATIENCE_MS = 120_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
  await window.page.goto(addressOf('/parts'));
  await window.page.getByRole('heading', { name: 'The parts of a cabinet' }).waitFor();
}, PATIENCE_MS);

afterAll(() => window.close());

const part = (name: string | RegExp) => window.page.getByRole('region', { name });
const isFocused = (element: Locator) => element.evaluate((node) => node === document.activeElement);

describe('the parts of a cabinet', () => {
  it(
    'an action keeps its width and the focus while it is under way, and is begun once however often it is pressed',
    async () => {
      const parts = part('Action');
      const serve = parts.getByRole('button', { name: 'Serve' });
      await serve.focus();
      const before = await serve.boundingBox();

      await serve.press('Enter');
      const pending = parts.getByRole('button', { name: 'Serving…' });
      await pending.press('Enter');

      expect(await pending.getAttribute('aria-disabled')).toBe('true');
      expect(await pending.boundingBox()).toEqual(before);
      expect(await isFocused(pending)).toBe(true);

      await parts.getByRole('button', { name: 'Let it go' }).press('Enter');
      await serve.waitFor();
      expect(await parts.locator('output').textContent()).toBe('1');
    },
    PATIENCE_MS,
  );

  it(
    'an action that is not available says why when it is pressed, and does nothing',
    async () => {
      const parts = part('Action');
      const sentence = parts.getByRole('button', { name: 'Sentence' });
      const reason = parts.getByText('Choose somebody first.').first();
      await sentence.focus();
      const wasSeen = await reason.isVisible();

      await sentence.press('Enter');

      await reason.waitFor();
      expect(wasSeen).toBe(false);
      expect(await parts.getByRole('status').getByText('Choose somebody first.').count()).toBe(1);
      expect(await isFocused(sentence)).toBe(true);
      expect(await parts.locator('output').textContent()).not.toBe('-1');
    },
    PATIENCE_MS,
  );

  it(
    'an action says what went wrong where it was pressed, and moves nothing',
    async () => {
      const parts = part('Action');

      const place = await parts.locator('output').boundingBox();

      await parts.getByRole('button', { name: 'Send it again' }).click();

      await parts.getByText('The table is throttled.').first().waitFor();
      expect(await parts.locator('output').boundingBox()).toEqual(place);
    },
    PATIENCE_MS,
  );

  it(
    'switches of Break it change the plan at the rate of their dials, by its seed, and leave others alone',
    async () => {
      const parts = part('Break it');
      const plan = parts.locator('pre');
      const started = await plan.textContent();

      await parts.getByRole('button', { name: 'Duplicate' }).press('Space');
      await parts.getByRole('button', { name: 'Delay' }).press('Space');
      expect(await plan.textContent()).toContain('"duplicate":0.15,"delay":{"probability":0.3,');

      await parts.getByRole('button', { name: 'Break it, 2 on' }).press('Enter');
      await parts.getByRole('slider', { name: 'Duplicate' }).press('End');
      await plan.getByText('"duplicate":1,').waitFor();
      await parts.getByRole('spinbutton', { name: 'Seed' }).fill('12');
      await parts.getByRole('spinbutton', { name: 'Seed' }).press('Enter');
      await plan.getByText('"seed":12').waitFor();
      expect(await plan.textContent()).toContain('*mafia-*');

      await parts.getByRole('button', { name: 'Reset' }).press('Enter');
      expect(await plan.textContent()).toBe(started);
      await window.page.keyboard.press('Escape');
      expect(await isFocused(parts.getByRole('button', { name: 'Break it, 0 on' }))).toBe(true);
      expect(await parts.getByRole('slider').count()).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'switches of Break it are in a drawer on a phone',
    async () => {
      const { page } = window;
      await page.setViewportSize({ width: 390, height: 844 });
      const parts = part('Break it');
      const duplicate = parts.getByRole('button', { name: 'Duplicate' });
      const wasSeen = await duplicate.isVisible();

      await parts.getByRole('button', { name: 'Break it, 0 on' }).click();
      await duplicate.click();

      await parts.getByRole('button', { name: 'Break it, 1 on' }).getByText('1').waitFor();
      await duplicate.click();
      await page.setViewportSize({ width: 1280, height: 900 });
      expect(wasSeen).toBe(false);
    },
    PATIENCE_MS,
  );

  it(
    'a lesson opens the file that it means at the line that it means, and gives the focus back',
    async () => {
      const { page } = window;
      const link = part('Lesson').getByRole('button', { name: 'cabinet/Cabinet.tsx' });

      await link.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'cabinet/Cabinet.tsx' });
      const line = dialog.getByText('export function Cabinet(');
      await line.waitFor();
      // Scrolled to: the middle of the line is what is seen there.
      const isInSight = await line.evaluate((node) => {
        const { x, y, width, height } = node.getBoundingClientRect();
        return document.elementFromPoint(x + width / 2, y + height / 2) === node;
      });
      const tag = await line.evaluate(({ tagName }) => tagName);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });

      expect([tag, isInSight]).toEqual(['MARK', true]);
      expect(await isFocused(link)).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'a cabinet says how old its screen is, and what to do where nobody answers',
    async () => {
      const parts = part('Cabinet');

      await parts.getByRole('region', { name: 'stale' }).getByText('last seen 12 s ago').waitFor();
      const dead = parts.getByRole('region', { name: 'dead' });
      await dead.getByText('Insert service').waitFor();
      expect(await dead.getByText('npm start').isVisible()).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'a cabinet that waits has its furniture and says so, and one that is live says that',
    async () => {
      const cabinet = (state: string) => part('Cabinet').getByRole('region', { name: state });

      await cabinet('waiting')
        .locator('.lamp')
        .getByText(/^waiting/i)
        .waitFor();
      expect(await cabinet('waiting').locator('.score').count()).toBe(2);
      expect(await cabinet('waiting').getByRole('button', { name: 'Serve' }).count()).toBe(1);
      await cabinet('live').locator('.lamp').getByText(/^live/i).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'a seat says in words what became of somebody, a clock what has passed, a chip its pattern, a score whose it is',
    async () => {
      const parts = part('Score, Seat, Clock, PatternChip');

      expect(await parts.locator('.seat-fate').allTextContents()).toEqual(['', '', 'killed by night', 'innocent']);
      expect(await parts.locator('.seat:has(.mask)').count()).toBe(2);
      expect(await parts.locator('.clock').allTextContents()).toEqual(['+412 ms', '\u00a0+1.2 s', '']);
      expect(await parts.locator('.score').allTextContents()).toEqual(['ping11', 'pong9']);
      for (const name of ['Retry with backoff', 'At least once', 'Optimistic lock', 'Request and reply', 'Waiting']) {
        expect(await parts.locator('.pattern-chip').getByText(name, { exact: true }).isVisible()).toBe(true);
      }
    },
    PATIENCE_MS,
  );

  it(
    'are not there on a deployed stage, and nothing is broken there',
    async () => {
      const { page } = window;
      await page.route('**/_arcade/stage', (route) => route.fulfill({ status: 404 }));

      await page.goto(addressOf('/parts'));

      await page.getByRole('heading', { level: 1, name: 'Nothing is played here' }).waitFor();
      await page.unroute('**/_arcade/stage');
    },
    PATIENCE_MS,
  );
});
