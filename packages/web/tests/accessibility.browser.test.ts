import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type axe from 'axe-core';
import { routeAt, routes } from '../src/routes.ts';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';
import { contrast } from './contrast.ts';

const PATIENCE_MS = 120_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const SMALLEST = { width: 320, height: 640 };
const PROJECTOR = { width: 1920, height: 1080 };

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
  // What fades in is judged when it is there.
  await window.page.emulateMedia({ reducedMotion: 'reduce' });
}, PATIENCE_MS);

afterAll(() => window.close());

async function aNewGame(): Promise<string> {
  const answer = await fetch(addressOf('/api/mafia/games'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ players: 8, mafia: 2 }),
  });
  const { gameId } = (await answer.json()) as { gameId: string };
  return `/mafia/${gameId}`;
}

const CABINET = '.cabinet[data-lamp="live"]';
const pages: [name: string, path: () => string | Promise<string>, ready: string][] = [
  ['the front page', () => '/', 'h1'],
  ['ping-pong', () => '/ping-pong', CABINET],
  ['Mafia', () => '/mafia', CABINET],
  ['a game of Mafia', aNewGame, CABINET],
  ['Fakémon', () => '/fakemon', CABINET],
  ['Space Invaders', () => '/space-invaders', CABINET],
  ['the page of its managers', () => '/space-invaders/manager', CABINET],
  ['the smart home', () => '/smart-home', CABINET],
  ['the floor, opened', () => '/live', '.wire-node'],
  ['the catalogue of events', () => '/events#lobby.happened', '.events-inside'],
  ['the parts', () => '/parts', CABINET],
  ['an address that leads nowhere', () => '/nowhere', 'h1'],
];

/** What axe finds on the page as it is, in a line each; `runOnly` some of its rules. */
async function findings(...runOnly: string[]): Promise<string[]> {
  const { violations } = await window.page.evaluate(
    (rules) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        resultTypes: ['violations'],
        ...(rules.length > 0 && { runOnly: rules }),
      }) as Promise<axe.AxeResults>,
    runOnly,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

const hex = (rgb: string) =>
  `#${(rgb.match(/\d+/g) ?? [])
    .slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;

/** Fields whose edge can hardly be seen against what is around them, which axe does not look at. */
async function faintEdges(): Promise<string[]> {
  const edges = await window.page.evaluate(() => {
    const groundOf = (element: Element | null): string => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (!backgroundColor.endsWith(', 0)')) return backgroundColor;
      }
      return 'rgb(255, 255, 255)';
    };
    return [...document.querySelectorAll('.field, select, textarea')]
      .filter((field) => field.checkVisibility())
      .map((field) => [getComputedStyle(field).borderTopColor, groundOf(field.parentElement)] as const);
  });
  return edges.flatMap(([edge, ground]) =>
    contrast(hex(edge), hex(ground)) < 3 ? [`${hex(edge)} on ${hex(ground)}`] : [],
  );
}

describe('every page', () => {
  it.each(pages)(
    'has nothing that axe would find, no error on the console, and no way sideways, on a desk and on a phone, by day and by night: %s',
    async (name, path, ready) => {
      const { page, errors } = window;
      errors.splice(0);
      await page.setViewportSize(DESKTOP);
      await page.goto(addressOf(await path()));
      await page.locator(ready).first().waitFor();
      await page.evaluate(AXE);
      // What opens is looked at while it is open.
      const drawer = page.getByRole('button', { name: /^(Vendor|Break it),/ });
      if ((await drawer.count()) > 0) await drawer.first().click();

      for (const viewport of [DESKTOP, PHONE]) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme: 'light' });
        expect({ viewport, byDay: await findings() }).toEqual({ viewport, byDay: [] });
        expect(await faintEdges()).toEqual([]);
        // All that differs by night is colour.
        await page.emulateMedia({ colorScheme: 'dark' });
        expect({ viewport, byNight: await findings('color-contrast') }).toEqual({ viewport, byNight: [] });
        expect(await faintEdges()).toEqual([]);
      }
      await page.setViewportSize(SMALLEST);
      expect(await overflows(page)).toBe(false);
      // The browser says of the 404 itself, which is right there, that it is one.
      expect(errors.filter((error) => !(name.startsWith('an address') && error.includes('404')))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('is looked at: each route of the app', async () => {
    const opened = await Promise.all(
      pages.filter(([name]) => !name.startsWith('an address')).map(async ([, path]) => (await path()).split('#')[0]),
    );

    expect(new Set(opened.map((path) => routeAt(path ?? '')))).toEqual(new Set(routes));
  });

  it.each([
    ['a desk', DESKTOP, 16.04],
    ['a projector', PROJECTOR, 19.56],
  ])(
    'shows controls and wire without scrolling, over 84 rem at the most, on %s',
    async (_name, viewport, rootPx) => {
      const { page } = window;
      await page.setViewportSize(viewport);
      await page.goto(addressOf('/ping-pong'));
      await page.locator(CABINET).waitFor();

      const rootFont = await page.evaluate(() =>
        Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
      );
      const main = await page.locator('main').boundingBox();
      const cabinet = await page.locator('.cabinet').boundingBox();

      expect(rootFont).toBeCloseTo(rootPx, 1);
      expect(main?.width).toBeCloseTo(Math.min(viewport.width, 84 * rootFont), 0);
      expect(cabinet && cabinet.y + cabinet.height).toBeLessThanOrEqual(viewport.height);
    },
    PATIENCE_MS,
  );

  it(
    'fills the width of a phone, with the deck at its bottom edge, within reach of a thumb',
    async () => {
      const { page } = window;
      await page.setViewportSize(PHONE);
      await page.goto(addressOf('/ping-pong'));
      await page.locator(CABINET).waitFor();

      const deck = await page.locator('.deck').boundingBox();

      expect(await page.locator('.cabinet').boundingBox()).toMatchObject({ x: 0, width: PHONE.width });
      expect(deck && deck.y + deck.height).toBe(PHONE.height);
      await page.setViewportSize(DESKTOP);
    },
    PATIENCE_MS,
  );

  it(
    'shows where the focus is on the dark screen too, by day',
    async () => {
      const { page } = window;
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(addressOf('/parts'));

      const copy = page.getByRole('button', { name: 'Copy' });
      await copy.waitFor();
      await page.keyboard.press('Tab');
      await copy.focus();
      const [ring, ground] = await copy.evaluate((button) => [
        getComputedStyle(button).outlineColor,
        getComputedStyle(button.closest('.insert-service') ?? button).backgroundColor,
      ]);

      // The day's ring would have 3.1.
      expect(contrast(hex(ring ?? ''), hex(ground ?? ''))).toBeGreaterThanOrEqual(4.5);
    },
    PATIENCE_MS,
  );
});
