import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { tell } from '../src/ping-pong/teller.ts';
import { ARN, call, crash, gameWon, hit, hop, invocation, letCalled, point } from './pingPongHops.ts';

/** What is said of the last of these hops. */
function told(...hops: Hop[]) {
  const last = hops.at(-1);
  const nameOf = (arn: string | undefined) => arn?.slice(arn.lastIndexOf('-') + 1) ?? '';
  return last && tell(last, { hops: hops.slice(0, -1), nameOf });
}

const role = 'arn:aws:sts::000000000000:assumed-role/ping-pong-local/ping-pong-local-pong';
const write = (requestId: string, more: Partial<Hop> = {}): Hop =>
  hop({ service: 'dynamodb', action: 'UpdateItem', from: role, requestId, ...more });
const refused = (requestId: string) =>
  write(requestId, { outcome: 'error', error: { code: 'ConditionalCheckFailedException', message: '' } });
const publish = (requestId: string) => hop({ action: 'Publish', from: role, requestId });

describe('ping-pong’s sentences', () => {
  it.each([
    ['Publish/subscribe', '`ping` published stroke 3 to `ping`, which delivered it to `pong`', [hit(1, 3)]],
    ['Filter', '`pong` is to serve rally 2', [call(2)]],
    ['Outbox', 'Point to `ping` after 1 stroke, 1 : 0', [point(1, 'ping', { ping: 1, pong: 0 }, { strokes: 1 })]],
    ['Outbox', 'Game 4 to `pong`, 9 : 11', [gameWon(4, 'pong', { ping: 9, pong: 11 }, { ping: 2, pong: 2 })]],
    ['Timeout', 'Let after 6 strokes: nobody had hit the ball', [letCalled(1, 6)]],
  ])('name the pattern %s: %s', (pattern, beginning, hops) => {
    const telling = told(...hops);

    expect(telling?.pattern).toBe(pattern);
    expect(telling?.sentence).toContain(beginning);
  });

  it('tell of a ball that came twice', () => {
    expect(told(hit(1, 3), hit(1, 4), hit(1, 3))).toMatchObject({
      pattern: 'At least once',
      sentence: expect.stringContaining('SNS delivered stroke 3 to `pong` twice'),
      isOutcome: true,
    });
  });

  it('read from the journal that one of the two wrote nothing', () => {
    expect(told(hit(1, 3), hit(1, 3), write('a'), refused('b'))).toMatchObject({
      pattern: 'Idempotent consumer',
      sentence: expect.stringContaining('`pong` got stroke 3 twice'),
    });
    const run = invocation('pong', 'b', { detail: { attempt: 1 } });
    expect(told(hit(1, 3), hit(1, 3), write('a'), refused('b'), run)?.sentence).toContain('`pong` got stroke 3 twice');
    expect(told(hit(1, 3), hit(1, 3), write('b'), run)).toBeUndefined();
    expect(told(hit(1, 3), write('a'), refused('b'))).toBeUndefined();
    expect(told(hit(1, 4), hit(1, 4), refused('b'))).toBeUndefined();
    const again = invocation('pong', 'b', { outcome: 'begun', detail: { attempt: 2 } });
    expect(told(hit(1, 3), hit(1, 3), again, refused('b'))).toBeUndefined();
    expect(told(hit(1, 3, { atMs: 0 }), hit(1, 3, { atMs: 0 }), refused('b'))).toBeUndefined();
  });

  it.each([
    ['before it had done anything: nobody hits the ball', []],
    ['the outbox keeps the ball', [write('r')]],
    ['after its ball had gone over', [write('r'), publish('r')]],
    ['before it had done anything', [write('another'), publish('another')]],
  ])('tell how far a run had come that crashed: %s', (what, done) => {
    const telling = told(...done, crash('pong', 'r', 60_000));

    expect(telling?.sentence).toContain(what);
    expect(telling?.sentence).toMatch(/^`pong` crashed .* Lambda runs it again in 60 s\.$/);
  });

  it.each([
    ['and the ball went over', [write('r'), publish('r')]],
    ['wrote nothing', [refused('r')]],
  ])('tell what became of the retry: it succeeded %s', (what, done) => {
    const again = invocation('pong', 'r', { detail: { attempt: 2 } });

    expect(told(...done, again)?.sentence).toContain(`Lambda ran \`pong\` again, attempt 2: it succeeded`);
    expect(told(...done, again)?.sentence).toContain(what);
  });

  it('leave to the wire what is the same in every service', () => {
    expect(told(invocation('pong', 'r', { detail: { attempt: 1 } }))).toBeUndefined();
    expect(told(hop({ service: 'dynamodb', action: 'GetItem', to: ARN.lambda('x') }))).toBeUndefined();
  });
});
