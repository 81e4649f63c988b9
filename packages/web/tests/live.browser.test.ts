import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, openWindow, overflows, type Window } from './browser.ts';

const PATIENCE_MS = 120_000;
const PING = 'arn:aws:lambda:eu-west-1:000000000000:function:ping-pong-local-match';
const DEAD_LETTERS = 'ping-pong-local-dead-letters';

let window: Window;

beforeAll(async () => {
  window = await openWindow();
  window.page.setDefaultTimeout(PATIENCE_MS);
}, PATIENCE_MS);

afterAll(() => window.close());

/** The floor opened, with the line between two nodes of ping-pong chosen. */
async function openAt(line: RegExp) {
  const { page } = window;
  await page.goto(addressOf('/live'));
  await page.locator('.wire-node').first().waitFor();
  const lines = page.getByRole('combobox', { name: 'Line' });
  const label = await lines
    .locator('option')
    .evaluateAll(
      (options, source) =>
        options.map(({ textContent }) => textContent ?? '').find((text) => new RegExp(source).test(text)),
      line.source,
    );
  if (label === undefined) throw new Error(`there is no line ${line}`);
  await lines.selectOption({ label });
  return page.getByRole('complementary', { name: 'What went over' });
}

const serve = () => fetch(addressOf('/api/ping-pong/match/serve'), { method: 'POST' });

/** Puts a letter into ping-pong's dead letters, as Lambda does. */
const bury = (letter: object) =>
  fetch(process.env.ARCADE_LOCAL_AWS_URL ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.SendMessage',
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/sqs/aws4_request, Signature=0',
    },
    body: JSON.stringify({ QueueUrl: DEAD_LETTERS, MessageBody: JSON.stringify(letter) }),
  });

describe('the floor opened', () => {
  it(
    'shows the last messages of a line, tests patterns, sends one again as it is edited, and replays its path',
    async () => {
      const { page, errors } = window;
      const side = await openAt(/pingTopic → lobby: tell/);
      await serve();
      const taken = side.getByRole('button', { name: /deliver/ });
      await taken.first().click();

      const message = side.getByRole('article');
      const text = message.getByRole('textbox');
      expect(JSON.parse(await text.inputValue())).toMatchObject({ Records: expect.any(Array) });
      await message.getByRole('button', { name: 'Send again' }).click();
      await message.getByText('Sent again.').waitFor();
      await side.getByRole('button', { name: /sent again/ }).waitFor();

      await message.getByRole('button', { name: 'Replay its path' }).click();
      const id = await page.getByRole('searchbox', { name: 'Correlation id' }).inputValue();
      expect(id).toMatch(/^[\da-f-]{36}$/);
      await page.getByText(/hops of .* again, at a quarter of their speed/).waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'End the replay' }).click();
      await page.getByRole('button', { name: 'Replay slowly' }).waitFor();
      expect(errors).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'says which field kept a message out, and whether another text would come in',
    async () => {
      const side = await openAt(/pingTopic → lobby: tell/);
      await serve();
      await side
        .getByRole('button', { name: /not taken: detail\.stroke/ })
        .first()
        .click();
      const message = side.getByRole('article');
      const text = message.getByRole('textbox');

      await message.getByRole('button', { name: 'Test patterns' }).click();
      await message.locator('[data-matched="false"]').getByText('detail.stroke').waitFor();
      await text.fill((await text.inputValue()).replace(/"stroke": \d+/, '"stroke": 1'));
      await message.getByRole('button', { name: 'Test patterns' }).click();
      await message.locator('[data-matched="true"]').getByText('tell').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'shows a dead letter with who gave it up and why, and sends it back',
    async () => {
      const requestContext = {
        functionArn: `${PING}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      };
      const responsePayload = { errorType: 'TypeError', errorMessage: 'out of the court' };
      const letter = { version: '1.0', requestContext, requestPayload: { httpMethod: 'GET' }, responsePayload };
      await bury(letter);

      const side = await openAt(/pong → deadLetterQueue/);
      const letters = side.getByRole('region', { name: 'Dead letters' });
      await letters.getByText('TypeError: out of the court').first().waitFor();
      await letters
        .getByText(/given up by function ping-pong-local-match after 3 tries/)
        .first()
        .waitFor();
      await letters.getByRole('button', { name: 'Redrive', exact: true }).first().click();
      await letters.getByText('1 went back.').waitFor();
      await letters.getByText('None lies there now.').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'is moved by keys, narrowed to a service, and never wider than a phone',
    async () => {
      const { page } = window;
      await openAt(/ping → pingTopic/);
      const drawing = page.getByRole('group', { name: /^The floor's drawing/ });
      const view = () => drawing.locator('svg').getAttribute('viewBox');
      const before = await view();

      await drawing.focus();
      await page.keyboard.press('+');
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(
        (was) => document.querySelector('.floor-net svg')?.getAttribute('viewBox') !== was,
        before,
      );
      await page.getByRole('combobox', { name: 'Service' }).selectOption('mafia');
      await page
        .locator('.wire-node[data-node^="ping-pong/"][data-aside="true"]')
        .first()
        .waitFor({ state: 'attached' });
      expect(await page.locator('.wire-node[data-node^="mafia/"][data-aside="true"]').count()).toBe(0);

      await page.setViewportSize({ width: 320, height: 640 });
      expect(await overflows(page)).toBe(false);
      await page.setViewportSize({ width: 1280, height: 900 });
    },
    PATIENCE_MS,
  );

  it(
    'says on a deployed stage that nobody looks in there, and shows what has happened instead',
    async () => {
      const { page } = window;
      const happening = {
        happeningId: 'h-1',
        cabinet: 'mafia',
        sentence: 'The town of Oakham found its mafia.',
        atMs: Date.now(),
      };
      await page.route('**/_arcade/stage', (route) => route.fulfill({ json: { stage: 'dev', canBreak: false } }));
      await page.route('**/api/lobby/feed**', (route) =>
        route.fulfill({ json: { nowMs: 1, happenings: [happening] } }),
      );

      await page.goto(addressOf('/live'));
      await page.getByText('A deployed stage has no journal to look into').waitFor();
      await page.getByText(happening.sentence).waitFor();
      expect(await page.locator('.wire-node').count()).toBe(0);
      await page.unrouteAll();
    },
    PATIENCE_MS,
  );
});
