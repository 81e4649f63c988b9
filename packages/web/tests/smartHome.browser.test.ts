import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';
import { standInForTheWorld, type WorldStandIn } from './smartHomeStandIn.ts';

const PATIENCE_MS = 60_000;

let window: Window;
let world: WorldStandIn;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS / 2);
  world = await standInForTheWorld(window.page);
  await window.page.goto(addressOf('/smart-home'));
  await lampIs(window.page, 'live');
}, PATIENCE_MS);

afterAll(() => window.close());

const lampIs = (page: Page, state: string) => page.locator(`.cabinet[data-lamp="${state}"]`).waitFor();
const bulb = (page: Page, name: string) => page.locator(`.bulb-switch[data-device="${name.replaceAll(' ', '-')}"]`);
const looks = (page: Page, name: string, look: string) =>
  bulb(page, name)
    .and(page.locator(`[data-look="${look}"]`))
    .waitFor();
const answers = (page: Page, words: string) => page.locator('.answer').filter({ hasText: words }).waitFor();
/** What is read out of what Alexa answers. */
const announced = (page: Page, words: string) =>
  page.locator('main > [role="status"]').filter({ hasText: words }).waitFor();
const focusedIn = (page: Page, selector: string) =>
  page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);

/** Runs in the page: adds up what moves by itself, and counts frames in which the keyboard is nowhere. */
function watch() {
  const seen = { shifted: 0, framesWithoutFocus: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shifted += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    if (document.activeElement === document.body) seen.framesWithoutFocus += 1;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** In order, on one page, with a world in whose place the test answers. */
describe('the page of the smart home', () => {
  it(
    'takes what is said by the keyboard alone, shows how long each kind took on one axis, and opens each message; nothing moves by itself',
    async () => {
      const { page } = window;
      await page.locator('.say-field input').focus();
      await page.evaluate(watch);

      for (const name of ['kitchen light', 'living room light', 'reading lamp', 'garden light']) {
        await page.keyboard.type(`Alexa, turn on the ${name}.`);
        await page.keyboard.press('Enter');
        await page
          .locator('.said')
          .filter({ hasText: `“Alexa, turn on the ${name}”` })
          .waitFor();
        await answers(page, 'OK.');
        await looks(page, name, 'on');
      }
      await announced(page, 'Alexa: OK.');
      const took = await page.locator('.kind-took').allTextContents();
      const pressed = await page.locator('.kind-choice[aria-pressed="true"]').getAttribute('aria-label');
      await page.locator('.messages button', { hasText: 'Response' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByText('"payloadVersion": "3"').waitFor();
      await page.keyboard.press('Escape');

      expect(took).toEqual(['380 ms', '720 ms', '1.3 s', '90 ms']);
      expect(pressed).toBe('Optimistic: told before it is done, Alexa heard of it after 45 ms, answered after 90 ms');
      expect(await focusedIn(page, '.messages button')).toBe(true);
      const { shifted, framesWithoutFocus } = await page.evaluate(
        () => (globalThis as unknown as { seen: { shifted: number; framesWithoutFocus: number } }).seen,
      );
      expect(shifted).toBeLessThan(0.02);
      expect(framesWithoutFocus).toBe(0);
      expect(await page.locator('.past li').nth(2).textContent()).toContain('turn on the kitchen light');
    },
    PATIENCE_MS,
  );

  it(
    'lights an optimistic bulb at once, has it blush and go out when it was unplugged, and says what Alexa is told then; a press says it',
    async () => {
      const { page } = window;
      const drawer = page.getByRole('button', { name: /^Vendor, \d on$/ });
      await drawer.click();
      await page.getByRole('button', { name: 'counter', exact: true }).click();
      await page.getByRole('button', { name: 'Vendor, 1 on' }).waitFor();
      await page.keyboard.press('Escape');
      await bulb(page, 'counter light').and(page.locator('[data-unplugged="true"]')).waitFor();
      expect(await focusedIn(page, '.break-it-toggle')).toBe(true);

      await page.getByRole('button', { name: 'counter on: say “turn on the counter light”' }).click();
      await looks(page, 'counter light', 'believed');
      await page.locator('.fixture[data-look="blushing"]').waitFor();

      await answers(page, 'The counter light is off.');
      await announced(page, 'Alexa is told: The counter light is off.');
      await looks(page, 'counter light', 'off');
      await page.locator('.fixture[data-look="blushing"]').waitFor({ state: 'detached' });
      expect(await page.locator('.kind[data-kind="optimistic"] .track-change').count()).toBe(1);
      await drawer.click();
      await page.getByRole('button', { name: 'counter', exact: true }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Vendor, 0 on' }).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'tells what Alexa is told when a bulb cannot be reached, and by when',
    async () => {
      const { page } = window;
      Object.assign(world.bulbs[1] ?? {}, { reachable: false });

      await page.locator('.say-field input').fill('turn on the hall light');
      await page.getByRole('button', { name: 'Say it' }).click();

      await answers(page, 'Sorry, the hall light isn’t responding.');
      await page.locator('.messages button[data-bad="true"]', { hasText: 'ErrorResponse' }).waitFor();
      expect(await page.locator('.kind[data-kind="sync"] .kind-took').textContent()).toMatch(/^✗ 1\.\d s$/);
    },
    PATIENCE_MS,
  );

  it(
    'switches a bulb by hand: Alexa is told by an API that pushes, and goes on believing what she did of one that does not',
    async () => {
      const { page } = window;

      await bulb(page, 'bedroom light').click();
      await page.locator('.past-answer').filter({ hasText: 'The bedroom light is on, 80 %.' }).first().waitFor();
      expect(await page.locator('.said').textContent()).toBe('“Alexa, turn on the hall light”');
      await bulb(page, 'desk lamp').press('Enter');

      await bulb(page, 'desk lamp').filter({ hasText: 'Alexa: off' }).waitFor();
      expect(await bulb(page, 'bedroom light').getAttribute('aria-pressed')).toBe('true');
      expect(await bulb(page, 'bedroom light').textContent()).toBe('bedroom');
    },
    PATIENCE_MS,
  );

  it(
    'sends what was turned once it rests, and goes back to what was',
    async () => {
      const { page } = window;
      await page.getByRole('button', { name: /^Vendor/ }).click();
      const dial = page.getByLabel('Pushes get lost');

      await dial.focus();
      for (let steps = 0; steps < 4; steps += 1) await page.keyboard.press('ArrowRight');
      // Before the world has told of any of it.
      await page.getByRole('button', { name: 'Alexa’s gateway is busy' }).click();
      await page.getByRole('button', { name: 'counter', exact: true }).click();
      await page.getByRole('button', { name: 'Alexa’s gateway is busy', pressed: true }).waitFor();
      await page.getByRole('button', { name: 'Vendor, 3 on' }).waitFor();
      // As the world tells of it: all that was set before has arrived, too.
      await bulb(page, 'counter light').and(page.locator('[data-unplugged="true"]')).waitFor();
      const set = { ...world.misbehaviour };
      await page.getByRole('button', { name: 'Reset all' }).click();
      await page.getByRole('button', { name: 'Vendor, 0 on' }).waitFor();

      expect(set).toMatchObject({ lostPushRate: 0.2, gatewayBusy: true, unreachable: ['counter-light'] });
      expect(world.misbehaviour).toMatchObject({ lostPushRate: 0, gatewayBusy: false, unreachable: [] });
      await page.keyboard.press('Escape');
    },
    PATIENCE_MS,
  );

  it(
    'links a home again whose user has disabled the skill and enables it, and not before',
    async () => {
      const { page } = window;
      await page.getByRole('button', { name: /^Vendor, \d on$/ }).click();
      await page.getByRole('button', { name: 'User disables the skill' }).click();
      await page.getByRole('button', { name: 'Vendor, 1 on' }).waitFor();
      await page.getByRole('button', { name: 'User disables the skill', pressed: true }).waitFor();
      const whileDisabled = [world.isLinked, world.conversation.some(({ text }) => text === 'link my account')];
      await page.getByRole('button', { name: 'Reset all' }).click();
      await page.keyboard.press('Escape');
      await page.locator('.said').filter({ hasText: 'discover my devices' }).waitFor();

      expect(whileDisabled).toEqual([false, false]);
      expect(world.isLinked).toBe(true);
    },
    PATIENCE_MS,
  );

  it(
    'says within three seconds that nobody answers, goes on by itself, and makes another home when its own is no more, which it has linked',
    async () => {
      const { page } = window;
      world.isDown = true;
      await lampIs(page, 'stale');
      await page.locator('.say-field input').fill('turn on the hall light');
      await page.keyboard.press('Enter');
      await answers(page, 'The service does not answer.');
      expect(await page.locator('.say-field input').inputValue()).toBe('turn on the hall light');
      await bulb(page, 'hall light').click();
      await page.locator('.said').filter({ hasText: 'A hand at the hall light:' }).waitFor();
      await page.reload();
      await page.getByText('Insert service').waitFor();

      world.homes.splice(0, 1, 'of-somebody-else');
      Object.assign(world, { isDown: false, isLinked: false, conversation: [] });

      await lampIs(page, 'live');
      await page.locator('.said').filter({ hasText: 'discover my devices' }).waitFor();
      expect(world.conversation.map(({ text }) => text)).toEqual(['discover my devices', 'link my account']);
      expect(world.homes).toEqual(['of-somebody-else', 'home-2']);
    },
    PATIENCE_MS,
  );

  it(
    'fits a phone, also a narrow one, and listens only after it has said where the sound may go',
    async () => {
      const phone = await openWindow({ phone: true });
      try {
        const { page } = phone;
        page.setDefaultTimeout(PATIENCE_MS / 2);
        await page.emulateMedia({ reducedMotion: 'reduce' });
        await page.addInitScript(() => {
          class Ear extends EventTarget {
            start() {
              const result = Object.assign([{ transcript: 'Alexa, turn on the hall light.' }], { isFinal: true });
              setTimeout(() => this.dispatchEvent(Object.assign(new Event('result'), { results: [result] })), 50);
            }
            abort() {}
          }
          Object.assign(globalThis, { SpeechRecognition: Ear, webkitSpeechRecognition: Ear });
        });
        const itsWorld = await standInForTheWorld(page);
        Object.assign(itsWorld.bulbs[7] ?? {}, { reachable: false });
        await page.goto(addressOf('/smart-home'));
        await lampIs(page, 'live');
        expect(await overflows(page)).toBe(false);
        await bulb(page, 'garden light').and(page.locator('[data-unplugged="true"]')).waitFor();
        expect(await bulb(page, 'garden light').locator('.bulb-doubt').isVisible()).toBe(false);

        await page.getByRole('button', { name: 'Speak' }).tap();
        await page.getByRole('dialog').getByText('may send the sound').waitFor();
        expect(await focusedIn(page, '.speak-warning .action')).toBe(true);
        await page.getByRole('button', { name: 'Listen' }).tap();
        await answers(page, 'OK.');
        await looks(page, 'hall light', 'on');

        await page.setViewportSize({ width: 320, height: 640 });
        expect(await overflows(page)).toBe(false);
        for (const part of ['.bulb-name', '.kind-say', '.say-it .primary', '.speak-button', '.break-it-toggle']) {
          for (const one of await page.locator(part).all()) {
            const { x, width } = (await one.boundingBox()) ?? { x: -1, width: 0 };
            expect({ part, isWhole: x >= 0 && x + width <= 320 }).toEqual({ part, isWhole: true });
          }
        }
      } finally {
        await phone.close();
      }
    },
    PATIENCE_MS,
  );
});
