import { describe, expect, it } from '@jest/globals';
import { type CognitoTrigger, cognitoTrigger, TriggerRefusal } from '../cognitoTriggers.ts';
import { UnknownTriggerError } from '../errors.ts';
import { context, preSignUpEvent, recordingLog } from '../testing.ts';

function setUp(work: CognitoTrigger<'PreSignUp'>) {
  const { log, lines } = recordingLog();
  const handler = cognitoTrigger('PreSignUp', work, { log });
  return { invoke: (event: unknown) => handler(event as never, context), lines };
}

describe('cognitoTrigger', () => {
  it('gives the event back with what is answered, and leaves the rest of its response alone', async () => {
    const { invoke } = setUp(async ({ userName }) => ({ autoConfirmUser: userName === 'Ada' }));
    const event = preSignUpEvent();

    expect(await invoke(event)).toEqual({ ...event, response: { ...event.response, autoConfirmUser: true } });
  });

  it('gives the event back as it came when nothing is answered', async () => {
    const { invoke } = setUp(async () => ({}));

    expect(await invoke(preSignUpEvent())).toEqual(preSignUpEvent());
  });

  it('lets a refusal reach the user in its own words', async () => {
    const { invoke, lines } = setUp(async () => {
      throw new TriggerRefusal('This name is not to be had');
    });

    await expect(invoke(preSignUpEvent())).rejects.toThrow(/^This name is not to be had$/);
    expect(lines).toMatchObject([{ level: 'info', extra: { reason: 'This name is not to be had' } }]);
  });

  it('tells the user nothing of what failed, and the log all of it', async () => {
    const { invoke, lines } = setUp(async () => {
      throw new Error('not authorized on arn:aws:cognito-idp:eu-west-1:123456789012:userpool/x');
    });

    await expect(invoke(preSignUpEvent())).rejects.toThrow(/^Something went wrong on our side$/);
    expect(lines).toMatchObject([
      { level: 'error', correlationId: 'request-1', extra: { message: expect.stringContaining('not authorized') } },
    ]);
  });

  it.each(['of an answer', 'of a refusal', 'of a failure'])(
    'writes nothing of the user into the log: %s',
    async (what) => {
      const { invoke, lines } = setUp(async () => {
        if (what.endsWith('refusal')) throw new TriggerRefusal('This name is not to be had');
        if (what.endsWith('failure')) throw new Error('no such group');
        return {};
      });

      await invoke(preSignUpEvent()).catch(() => {});

      expect(JSON.stringify(lines)).not.toMatch(/Ada|ada@example/);
    },
  );

  it.each([
    ['an empty event', {}],
    ['null', null],
    ['another trigger', { ...preSignUpEvent(), triggerSource: 'PostConfirmation_ConfirmSignUp' }],
    ['an event of nobody', { ...preSignUpEvent(), userName: undefined }],
  ])('refuses %s, and names the trigger it has', async (_what, event) => {
    const { invoke } = setUp(async () => ({}));

    await expect(invoke(event)).rejects.toThrow(UnknownTriggerError);
    await expect(invoke(event)).rejects.toThrow('PreSignUp of a user pool');
  });
});
