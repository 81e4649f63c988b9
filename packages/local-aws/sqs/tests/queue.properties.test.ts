import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bodiesOf, receive, startSqs } from './harness.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), delaySeconds: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ do: fc.constant('receive' as const), visibilitySeconds: fc.integer({ min: 0, max: 40 }) }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(20) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60_000 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A queue, and what must be in it. */
async function startModel() {
  const sqs = startSqs();
  const url = await sqs.queue('inbox');
  /** The latest receipt by body. */
  const receipts = new Map<string, string>();
  const expected = new Set<string>();
  let sent = 0;

  const act: { [Kind in Step['do']]: (next: Extract<Step, { do: Kind }>) => Promise<void> } = {
    async send({ delaySeconds }) {
      const MessageBody = String(sent);
      sent += 1;
      expected.add(MessageBody);
      await sqs.call('SendMessage', { QueueUrl: url, MessageBody, DelaySeconds: delaySeconds });
    },
    async receive({ visibilitySeconds }) {
      const received = await receive(sqs, url, { VisibilityTimeout: visibilitySeconds });
      for (const { Body, ReceiptHandle } of received) receipts.set(Body, ReceiptHandle);
    },
    async delete({ which }) {
      const [body, ReceiptHandle] = [...receipts][which] ?? [];
      if (body === undefined) return;
      await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle });
      receipts.delete(body);
      expected.delete(body);
    },
    wait: ({ ms }) => sqs.clock.advance(ms),
  };
  return { sqs, url, expected, act: (next: Step) => act[next.do](next as never) };
}

it('loses no message and makes none up, whatever is done with them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { sqs, url, expected, act } = await startModel();
      for (const next of steps) await act(next);

      await sqs.clock.advance(60_000);
      const left: string[] = [];
      for (let found = await receive(sqs, url); found.length > 0; found = await receive(sqs, url)) {
        left.push(...bodiesOf(found));
      }

      expect(left.toSorted()).toEqual([...expected].toSorted());
    }),
    { numRuns: 60 },
  );
});
