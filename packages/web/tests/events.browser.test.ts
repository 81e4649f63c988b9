import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, openWindow, type Window } from './browser.ts';

const PATIENCE_MS = 120_000;

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
}, PATIENCE_MS);

afterAll(() => window.close());

const row = (type: string) => window.page.locator(`[id="${type}"]`);

describe('the catalogue of events', () => {
  it(
    'opens the event that its address names, in sight and with the focus, and says who publishes and takes it',
    async () => {
      const { page } = window;
      await page.goto(addressOf('/events#mafia.game_ended'));
      await row('mafia.game_ended').locator('.events-inside').waitFor();

      const inside = await row('mafia.game_ended').textContent();
      expect(inside).toContain('judgement function of mafia');
      expect(inside).toContain('honour function of lobby');
      expect(inside).toContain('"innocents"');
      const top = await row('mafia.game_ended').evaluate((element) => element.getBoundingClientRect().top);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThan(200);
      expect(await page.evaluate(() => document.activeElement?.closest('li')?.id)).toBe('mafia.game_ended');

      // The same page, at another event.
      await page.evaluate(() => {
        location.hash = 'ping_pong.ball_hit';
      });
      await row('ping_pong.ball_hit').locator('.events-inside').waitFor();
      expect(await page.title()).toBe('Events · Serverless Arcade');
    },
    PATIENCE_MS,
  );

  it(
    'lights up the row of an event that passes, once for all who get it',
    async () => {
      const { page } = window;
      await page.goto(addressOf('/events'));
      await page.getByText('A row lights up when such an event passes.').waitFor();

      const answer = await fetch(addressOf('/api/mafia/games'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ players: 8, mafia: 2 }),
      });

      expect(answer.status).toBe(201);
      await row('mafia.game_started').getByText('×1', { exact: true }).waitFor();
      expect(await row('mafia.game_started').locator('.events-lamp').getAttribute('data-lit')).toBe('true');
    },
    PATIENCE_MS,
  );

  it(
    'finds events by what they have, and gives the AsyncAPI document as it is in the repository',
    async () => {
      const { page } = window;
      // An address that nobody can read names no event.
      await page.goto(addressOf('/events#%'));
      await page.reload();
      await page.getByRole('searchbox', { name: 'Search events' }).fill('honour days');
      await page.getByText(/^1 of \d+$/).waitFor();
      expect(await page.locator('.events-row').evaluateAll((rows) => rows.map(({ id }) => id))).toEqual([
        'mafia.game_ended',
      ]);
      await page.getByRole('searchbox', { name: 'Search events' }).fill('no such thing');
      await page.getByText('No event has all of these words.').waitFor();

      const href = await page.getByRole('link', { name: 'AsyncAPI document' }).getAttribute('href');
      const document = await fetch(addressOf(href ?? ''));

      expect(document.status).toBe(200);
      expect(document.headers.get('content-type')).toContain('yaml');
      expect(await document.text()).toBe(
        readFileSync(join(import.meta.dirname, '../../../docs/events.asyncapi.yml'), 'utf8'),
      );
      expect(window.errors).toEqual([]);
    },
    PATIENCE_MS,
  );
});
