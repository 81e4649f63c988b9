import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';

const PATIENCE_MS = 180_000;
/** How long anything may take to be seen: a busy machine is no failure. */
const SEEN_MS = 30_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PASSWORD = 'correct-horse';
/** Free on this start of the arcade. */
const NAME = `mia-${Date.now().toString(36)}`;

let mia: Window;
let ann: Window;
let ben: Window;

beforeAll(async () => {
  [mia, ann, ben] = await Promise.all([openWindow(), openWindow(), openWindow()]);
  for (const { page } of [mia, ann, ben]) page.setDefaultTimeout(SEEN_MS);
}, PATIENCE_MS);

afterAll(() => Promise.all([mia, ann, ben].map((one) => one.close())));

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const signedInAs = (page: Page) => page.locator('.account-name').textContent();

/** What is claimed in the id token of whoever is signed in. */
const claimsIn = (page: Page) =>
  page.evaluate(() => {
    const { idToken } = JSON.parse(localStorage.getItem('arcade-account') ?? '{}') as { idToken: string };
    const [, payload = ''] = idToken.split('.');
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { iss: string };
  });

/** As `npm run manager` does it: by whoever runs the arcade. */
async function makeManager(page: Page): Promise<void> {
  const { iss } = await claimsIn(page);
  const input = { UserPoolId: iss.split('/').at(-1), Username: NAME, GroupName: 'manager' };
  const answer = await fetch(process.env.ARCADE_LOCAL_AWS_URL ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSCognitoIdentityProviderService.AdminAddUserToGroup',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`no manager was made: ${await answer.text()}`);
}

/** Closes the session, which the button asks once more about. */
async function closeSession(page: Page): Promise<void> {
  await button(page, 'Close').click();
  await button(page, 'Close for all?').click();
  await button(page, 'Open').waitFor();
}

async function join(page: Page): Promise<string> {
  await page.goto(addressOf('/space-invaders'));
  await button(page, 'Play as a guest').click();
  await button(page, 'Join').click();
  await page.locator('.sky-words', { hasText: 'You are in' }).waitFor();
  return (await signedInAs(page)) ?? '';
}

/** What axe finds by night and by day. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(
      () => (globalThis as unknown as { axe: typeof axe }).axe.run() as Promise<axe.AxeResults>,
    );
    for (const { id, nodes } of violations)
      found.push(...nodes.map(({ target }) => `${colorScheme}: ${id}: ${target}`));
  }
  return found;
}

const topTen = (page: Page, name: string) =>
  page.locator('.top-ten li', { has: page.getByTitle(name, { exact: true }) });
const boardRow = (page: Page, name: string) =>
  page.locator('.full-board tbody tr', { has: page.getByTitle(name, { exact: true }) });
const numberIn = async (cell: ReturnType<Page['locator']>) => Number((await cell.textContent())?.replaceAll(',', ''));

/** In order: each goes on where the one before has left everybody. */
describe('a session of Space Invaders', () => {
  it(
    'is opened by nobody but a manager: a gamer is told by AWS itself which call their role does not allow',
    async () => {
      const { page } = mia;
      await page.goto(addressOf('/space-invaders/manager'));
      await page.locator('.deck').getByRole('button', { name: 'Sign in', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Make an account' }).click();
      await dialog.getByLabel('Nickname').fill(NAME);
      await dialog.getByLabel('Password').fill(PASSWORD);
      await page.keyboard.press('Enter');

      const words = page.locator('.aws-words');
      await words.waitFor();
      expect(await words.textContent()).toMatch(/GamerRole.* is not authorized to perform: dynamodb:Query on resource/);
      expect(await button(page, 'Open').count()).toBe(0);
      await makeManager(page);
      await button(page, 'Ask again').click();
      // A run before may have left one open.
      await button(page, 'Open').or(button(page, 'Close')).waitFor();
      if (await button(page, 'Close').count()) await closeSession(page);
      await button(page, 'Open').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'is opened and started by a manager, played by two gamers with their keys from the same moment on, and each sees the other’s score, as do the manager and the wall',
    async () => {
      const { page } = mia;
      await button(page, 'Open').click();
      await button(page, 'Start').waitFor();
      const names = await Promise.all([join(ann.page), join(ben.page)]);
      await page.locator('.instrument', { hasText: 'Seats taken' }).getByText('2', { exact: true }).waitFor();

      await button(page, 'Start').click();
      await Promise.all([ann, ben].map((one) => button(one.page, 'Pause').waitFor()));
      // One stands still and shoots, the other goes to one side.
      await ann.page.keyboard.down('Space');
      await ben.page.keyboard.down('ArrowLeft');
      await ben.page.keyboard.down('Space');
      const points = [ann, ben].map(({ page: theirs }) => theirs.locator('.hud [data-figure="score"]'));
      for (const one of points) await one.filter({ hasText: /[1-9]/ }).waitFor();

      const [annsName = '', bensName = ''] = names;
      for (const [theirs, other] of [
        [ann.page, bensName],
        [ben.page, annsName],
      ] as const)
        await topTen(theirs, other).locator('.points').filter({ hasText: /[1-9]/ }).waitFor();
      for (const name of names)
        await boardRow(page, name).locator('.board-score').filter({ hasText: /[1-9]/ }).waitFor();
      await page
        .locator('.age-sum')
        .filter({ hasText: /stream .* \+ batch .* \+ poll .* \+ table / })
        .waitFor();

      // When nobody shoots any more, all see the same.
      await Promise.all([
        ann.page.keyboard.up('Space'),
        ben.page.keyboard.up('Space'),
        ben.page.keyboard.up('ArrowLeft'),
      ]);
      await Promise.all([ann, ben].map((one) => one.page.keyboard.press('p')));
      await Promise.all([ann, ben].map((one) => button(one.page, 'Go on').waitFor()));
      const final = await Promise.all(points.map(numberIn));
      for (const [index, name] of names.entries()) {
        const text = (final[index] ?? 0).toLocaleString('en');
        for (const { page: theirs } of [ann, ben])
          await topTen(theirs, name).locator('.points').getByText(text, { exact: true }).waitFor();
        await boardRow(page, name).locator('.board-score').getByText(text, { exact: true }).waitFor();
      }

      const wall = await mia.context.newPage();
      await wall.goto(addressOf('/space-invaders/manager?wall'));
      for (const name of names) await wall.locator('.wall-name', { hasText: name }).waitFor();
      expect(await wall.locator('.wall button, .wall a, .wall input').count()).toBe(0);
      expect(await findings(wall)).toEqual([]);
      // Whoever wants nothing to move sees who overtakes by their place alone.
      await wall.emulateMedia({ reducedMotion: 'reduce' });
      const durations = await wall
        .locator('.wall li')
        .evaluateAll((rows) => rows.map((row) => getComputedStyle(row).transitionDuration));
      expect(new Set(durations)).toEqual(new Set(['0s']));
      await wall.keyboard.press('Escape');
      await wall.locator('.wall').waitFor({ state: 'detached' });
      await wall.close();
    },
    PATIENCE_MS,
  );

  it(
    'lets in a bot from the manager’s page, marked as one on everybody’s board, until it is sent away',
    async () => {
      const { page } = mia;
      await button(page, 'Let in a bot').click();
      const name = (await page.locator('.bot-name').textContent()) ?? '';

      await boardRow(page, name).locator('.bot-mark').waitFor();
      await topTen(ann.page, name).getByText('bot', { exact: true }).waitFor();
      expect(await findings(page)).toEqual([]);
      await page.getByRole('button', { name: `Send ${name} away` }).click();
      await page.locator('.instrument', { hasText: 'Seats taken' }).getByText('2', { exact: true }).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'is closed for all by the manager, and its board is kept under its own address',
    async () => {
      const { page } = mia;
      const name = (await signedInAs(ann.page)) ?? '';
      await closeSession(page);
      await Promise.all(
        [ann, ben].map((one) => one.page.locator('.sky-words', { hasText: 'The session is over' }).waitFor()),
      );
      await button(page, 'Open').click();
      await button(page, 'Start').waitFor();
      await boardRow(page, name).waitFor({ state: 'detached' });

      await page.locator('.past-sessions li').nth(1).getByRole('link').click();

      await boardRow(page, name).waitFor();
      const address = page.url();
      expect(address).toMatch(/\?session=\d{8}T\d{6}Z-\w{4}$/);
      await page.locator('.past-sessions').getByText(address.replace(/.*=/, ''), { exact: true }).waitFor();
      await page.reload();
      await boardRow(page, name).waitFor();
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await overflows(page)).toBe(false);
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await overflows(page)).toBe(false);
      expect(await findings(page)).toEqual([]);
      await closeSession(page);
      // What AWS refused to the gamer was an answer that the browser notes, and so was that no session was open.
      const broken = mia.errors.filter((error) => !error.startsWith('Failed to load resource'));
      expect(broken).toEqual([]);
    },
    PATIENCE_MS,
  );
});
