import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { addressOf, openWindow, type Window } from './browser.ts';

const PATIENCE_MS = 120_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS / 2);
  await window.page.goto(addressOf('/smart-home'));
  await window.page.locator('.cabinet[data-lamp="live"]').waitFor();
  // A laptop lays its largest drawing out when it is first asked for it.
  await node(window.page, 'dispatcher').waitFor();
}, PATIENCE_MS);

afterAll(() => window.close());

const node = (page: Page, name: string) => page.locator(`.wire-node[data-node="${name}"]`);
const bulb = (page: Page, name: string) => page.locator(`.bulb-switch[data-device="${name.replaceAll(' ', '-')}"]`);
const looks = (page: Page, name: string, look: string) =>
  bulb(page, name)
    .and(page.locator(`[data-look="${look}"]`))
    .waitFor();

async function say(page: Page, text: string): Promise<void> {
  await page.locator('.say-field input').fill(text);
  await page.keyboard.press('Enter');
}

/** Nodes that stand back, of those that some kinds of API go without. */
const aside = (page: Page) =>
  page.evaluate(() =>
    ['syncProcessor', 'pushDirectives', 'pollingDirectives', 'poller', 'optimisticProcessor', 'changed'].filter(
      (name) => document.querySelector(`[data-node="${name}"][data-aside="true"]`),
    ),
  );

describe('the smart home, whole', () => {
  it.each([
    ['sync', 'kitchen light', ['pushDirectives', 'pollingDirectives', 'poller', 'optimisticProcessor', 'changed']],
    ['push', 'living room light', ['syncProcessor', 'pollingDirectives', 'poller', 'optimisticProcessor']],
    ['polling', 'reading lamp', ['syncProcessor', 'pushDirectives', 'optimisticProcessor', 'changed']],
    ['optimistic', 'counter light', ['syncProcessor', 'pushDirectives', 'pollingDirectives', 'poller']],
  ])(
    'switches a bulb of each kind of API from the page, by its own part of the network, and Alexa is answered in time: %s',
    async (kind, name, back) => {
      const { page } = window;

      await say(page, `turn on the ${name}`);

      await page
        .locator('.past-said, .said')
        .filter({ hasText: `turn on the ${name}` })
        .first()
        .waitFor();
      await page
        .locator(`.kind[data-kind="${kind}"] .kind-took`)
        .filter({ hasText: /^[\d.]+ m?s$/ })
        .waitFor();
      await looks(page, name, 'on');
      expect(await page.locator(`.kind-choice[aria-pressed="true"]`).getAttribute('aria-label')).toMatch(
        new RegExp(`^${kind}.*Alexa heard of it after .*, answered after `, 'i'),
      );
      expect(await aside(page)).toEqual(back);
    },
    PATIENCE_MS,
  );

  it(
    'tells Alexa of a bulb that a hand has switched, and takes back what she was promised of one that was unplugged, which blushes',
    async () => {
      const { page, errors } = window;

      await bulb(page, 'bedroom light').click();
      await page.locator('.past-answer', { hasText: 'The bedroom light is on, 80 %.' }).first().waitFor();
      await page.getByRole('button', { name: /^Vendor/ }).click();
      await page.getByRole('button', { name: 'garden', exact: true }).click();
      await bulb(page, 'garden light').and(page.locator('[data-unplugged="true"]')).waitFor();
      await page.keyboard.press('Escape');

      await say(page, 'turn on the garden light');
      await page.locator('.fixture[data-look="blushing"]').waitFor();

      await page.locator('.answer', { hasText: 'The garden light is off' }).waitFor();
      await looks(page, 'garden light', 'off');
      await page.locator('.kind[data-kind="optimistic"] .track-change[data-correction="true"]').waitFor();
      expect(errors).toEqual([]);
    },
    PATIENCE_MS,
  );
});
