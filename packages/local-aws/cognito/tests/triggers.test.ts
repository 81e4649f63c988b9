import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import type { CallContext } from '../../core/service.ts';
import { createTestCore } from '../../core/tests/testCore.ts';
import type { InvocationResult } from '../../lambda/index.ts';
import { type Pool, UserPools } from '../pools.ts';
import { poolProperties } from '../resources/poolProperties.ts';
import { Triggers } from '../triggers.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:confirm';
const core = createTestCore();
let pool: Pool;
beforeAll(async () => {
  const properties = poolProperties.parse({ LambdaConfig: { PreSignUp: FUNCTION } });
  pool = await new UserPools(core).create({ stackName: 'arcade', madeFor: 'players' }, properties);
});

const result = (payload: string, more: Partial<InvocationResult> = {}) =>
  ({ payload, log: [], logStreamName: 's', durationMs: 1, ...more }) as InvocationResult;
const answered = result('{"response":{"yes":true}}');
const refusing = (code: string) => async () => {
  throw new AwsError(code, 'no');
};
const never = () => new Promise<InvocationResult>(() => {});

/** Calls the pool's function, which answers in turn as is said; gives what came of it and how often it was called. */
async function called(...answers: (() => Promise<InvocationResult>)[]) {
  let times = 0;
  const triggers = new Triggers(core, {
    invoke: () => {
      times += 1;
      return (answers[times - 1] ?? answers[answers.length - 1] ?? never)();
    },
  });
  const call = { source: 'PreSignUp_SignUp', userName: 'Ada', request: {} };
  const schema = z.looseObject({ yes: z.boolean() });
  const outcome = triggers.call(pool, 'PreSignUp', call, schema, {} as CallContext).then(
    (response) => ({ response, times }),
    ({ code, message }: AwsError) => ({ code, message, times }),
  );
  await core.clock.advance(20_000);
  return outcome;
}

describe('a function of a pool', () => {
  it.each<[string, (() => Promise<InvocationResult>)[], object]>([
    ['is called once', [async () => answered], { response: { yes: true }, times: 1 }],
    ['is called again when it is late', [never, async () => answered], { response: { yes: true }, times: 2 }],
    [
      'is called three times at the most',
      [never],
      { code: 'UnexpectedLambdaException', message: expect.stringContaining('5 seconds'), times: 3 },
    ],
    [
      'is called again when it is too busy',
      [refusing('TooManyRequestsException'), async () => answered],
      { response: { yes: true }, times: 2 },
    ],
    [
      'is not called again when the pool may not call it',
      [refusing('AccessDeniedException')],
      {
        code: 'UnexpectedLambdaException',
        message: 'PreSignUp invocation failed due to error AccessDeniedException.',
        times: 1,
      },
    ],
    [
      'is not called again when it throws',
      [async () => result('{"errorMessage":"not today"}', { functionError: 'Unhandled' })],
      { code: 'UserLambdaValidationException', message: 'PreSignUp failed with error not today.', times: 1 },
    ],
    ...['null', '[]', '{}', '{"response":{}}', '{"response":{"yes":"no"}}', 'no JSON'].map(
      (payload): [string, (() => Promise<InvocationResult>)[], object] => [
        `is refused when it answers ${payload}`,
        [async () => result(payload)],
        { code: 'InvalidLambdaResponseException', message: 'Unrecognizable lambda output', times: 1 },
      ],
    ),
  ])('%s', async (_title, answers, expected) => {
    expect(await called(...answers)).toEqual(expected);
  });
});
