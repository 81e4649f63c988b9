import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';

/** Room for a slow machine, which lays all services out when the floor is first asked for. */
const PATIENCE_MS = 120_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
  await window.page.goto(addressOf('/'));
  await window.page.locator('.floor .wire-node').first().waitFor();
}, PATIENCE_MS);

afterAll(() => window.close());

const cabinets = () => window.page.locator('.cabinets > li');
const feed = () => window.page.locator('.feed li');

describe('the front page', () => {
  it(
    'shows five cabinets that lead to their pages, and each plays what its service says',
    async () => {
      const { page } = window;

      expect(await cabinets().getByRole('link').allTextContents()).toEqual([
        'Ping-pong',
        'Mafia',
        'Fakémon',
        'Space Invaders',
        'Smart home',
      ]);
      await page.waitForFunction(() => document.querySelectorAll('.small-screen[data-lamp="live"]').length === 5);
      await cabinets()
        .nth(0)
        .getByText(/^Ping \d+, Pong \d+$/)
        .waitFor({ state: 'attached' });
    },
    PATIENCE_MS,
  );

  it(
    'has a room for each service, and wires from what each gives to the lobby',
    async () => {
      const rooms = await window.page
        .locator('.floor-room')
        .evaluateAll((all) => all.map((room) => room.getAttribute('data-scenario')).sort());
      expect(rooms).toEqual([
        'fakemon',
        'identity',
        'lobby',
        'mafia',
        'ping-pong',
        'smart-home',
        'smart-home-world',
        'space-invaders',
      ]);

      const toLobby = await window.page.locator('.wire-edge[data-between="true"]').evaluateAll((all) => [
        ...new Set(
          all.flatMap((edge) => {
            const [from = '', , to = ''] = [...(edge.getAttribute('data-edge') ?? '').split(' ').toSpliced(1, 0, '')];
            return to.startsWith('lobby/') ? [from.split('/')[0]] : [];
          }),
        ),
      ]);
      expect(toLobby.sort()).toEqual(expect.arrayContaining(['fakemon', 'mafia', 'ping-pong', 'space-invaders']));
    },
    PATIENCE_MS,
  );

  it(
    'tells a serve next door in the feed, while its pulse goes to the lobby',
    async () => {
      const { page } = window;
      const tell = page.locator('.wire-node[data-node="lobby/tell"][data-look="running"]');

      const [, answer] = await Promise.all([
        tell.waitFor({ state: 'attached' }),
        page.request.post(addressOf('/api/ping-pong/match/serve'), {
          headers: { origin: addressOf('/').slice(0, -1) },
        }),
      ]);

      // Where a rally is in play already, its end is told instead.
      expect([202, 409]).toContain(answer.status());
      await feed().filter({ hasText: 'Ping-pong' }).first().waitFor();
      await page.waitForFunction(() => /×\d/.test(document.querySelector('.floor-reading')?.textContent ?? ''));
    },
    PATIENCE_MS,
  );

  it(
    'counts what goes over a wire, and moves nothing of itself when something happens',
    async () => {
      const { page } = window;
      await page.evaluate(() => {
        Object.assign(globalThis, { shifted: 0 });
        new PerformanceObserver((list) => {
          for (const shift of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
            if (!shift.hadRecentInput)
              Object.assign(globalThis, {
                shifted: (globalThis as unknown as { shifted: number }).shifted + shift.value,
              });
        }).observe({ type: 'layout-shift' });
      });
      const before = await feed().first().textContent();
      await page.waitForFunction((text) => document.querySelector('.feed li')?.textContent !== text, before);

      await page.getByText('The busiest wires in figures').click();
      await page.locator('.floor-table tbody tr').filter({ hasText: /\d ms/ }).first().waitFor();

      expect(await page.evaluate(() => (globalThis as unknown as { shifted: number }).shifted)).toBeLessThan(0.02);
    },
    PATIENCE_MS,
  );

  it(
    'fits a phone, shows the feed without the lobby’s socket, and says so when the lobby is away',
    async () => {
      const phone = await openWindow({ phone: true });
      try {
        const { page } = phone;
        page.setDefaultTimeout(PATIENCE_MS);
        await page.routeWebSocket(/\/api\/lobby\/socket/, (socket) => socket.close());
        await page.route('**/api/lobby/**', (route) => route.abort());
        await page.goto(addressOf('/'));
        await page.getByText('The lobby does not answer').waitFor();
        expect(await overflows(page)).toBe(false);

        await page.unroute('**/api/lobby/**');
        await page.locator('.feed li').first().waitFor();
        await page.locator('.feed[data-lamp="live"]').waitFor();
        expect(await overflows(page)).toBe(false);
      } finally {
        await phone.close();
      }
    },
    PATIENCE_MS,
  );

  it(
    'offers no command of a laptop on a deployed stage, whoever does not answer there',
    async () => {
      const deployed = await openWindow();
      try {
        const { page } = deployed;
        page.setDefaultTimeout(PATIENCE_MS);
        await page.route('**/_arcade/stage', (route) => route.fulfill({ json: { stage: 'dev', canBreak: false } }));
        await page.route('**/api/**', (route) => route.abort());
        for (const [path, said] of [
          ['/', 'The lobby does not answer'],
          ['/fakemon', 'Nobody answers for'],
        ] as const) {
          await page.goto(addressOf(path));
          await page.getByText(said).waitFor();
          expect(await page.getByText('npm start').count()).toBe(0);
        }
      } finally {
        await deployed.close();
      }
    },
    PATIENCE_MS,
  );

  it('says nothing to the console', () => expect(window.errors).toEqual([]));
});
