import { expect, it } from '@jest/globals';
import { createSecret } from '../secrets.ts';

function setUp(answers: (string | Error | undefined)[]) {
  const asked: unknown[] = [];
  let nowMs = 0;
  const client = {
    async send({ input }: { input: unknown }) {
      asked.push(input);
      const Value = answers[asked.length - 1];
      if (Value instanceof Error) throw Value;
      return { Parameter: { Value } };
    },
  };
  const secret = createSecret(client as never, '/home/dev/push-secret', { now: () => nowMs });
  const at = (ms: number) => {
    nowMs = ms;
  };
  return { secret, asked, at };
}

it('is read decrypted, and once for many who want it', async () => {
  const { secret, asked } = setUp(['s3cret']);

  expect(await Promise.all([secret(), secret(), secret()])).toEqual(['s3cret', 's3cret', 's3cret']);

  expect(asked).toEqual([{ Name: '/home/dev/push-secret', WithDecryption: true }]);
});

it('is read again after five minutes, so that another one counts without a deployment', async () => {
  const { secret, at } = setUp(['old', 'new']);

  const values = [await secret()];
  at(299_999);
  values.push(await secret());
  at(300_000);
  values.push(await secret());

  expect(values).toEqual(['old', 'old', 'new']);
});

it('that could not be read is asked for again', async () => {
  const { secret } = setUp([new Error('throttled'), 's3cret']);

  await expect(secret()).rejects.toThrow('throttled');
  expect(await secret()).toBe('s3cret');
});

it.each([[undefined], ['']])('that is %j is refused by the parameter’s name', async (value) => {
  await expect(setUp([value]).secret()).rejects.toThrow('/home/dev/push-secret is empty');
});
