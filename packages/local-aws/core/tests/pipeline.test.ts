import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../errors.ts';
import { describePrincipal, ROOT, servicePrincipal } from '../principal.ts';
import type { Call, CallContext, LocalService } from '../service.ts';
import { createTestCore, type TestCore } from './testCore.ts';

const LAMP = 'arn:aws:lamps:eu-west-1:000000000000:lamp/hall';

/** What was done to the lamp, in order, and how often an input was read. */
let seen: string[];
let reads: number;

const lamps: LocalService = {
  id: 'lamps',
  errors: { throttled: { code: 'TooBright', status: 429, message: 'wait' }, denied: { code: 'Locked', status: 403 } },
  operations: {
    TurnOn(input: { Lamp: string; Story?: string }, context: CallContext): Call {
      reads += 1;
      if (input.Lamp === '') throw new AwsError('NoLamp', 'which lamp?');
      return {
        permissions: [{ action: 'lamps:TurnOn', resource: input.Lamp }],
        correlationId: input.Story,
        run() {
          seen.push(`on by ${context.principal.kind}`);
          return { On: true };
        },
      };
    },
    Break: () => ({
      run() {
        throw new TypeError('a defect');
      },
    }),
  },
  takes: {
    action: 'lamps:TurnOn',
    allowedBy: 'AWS::Lamps::LampPolicy',
    call: ({ targetArn, payload }) => ({ operation: 'TurnOn', input: { Lamp: targetArn, Story: payload } }),
  },
  resources: [],
};

let core: TestCore;
const turnOn = (input: object, more: object = {}) => core.ask('lamps', 'TurnOn', input, { hop: {}, ...more });

beforeEach(() => {
  seen = [];
  reads = 0;
  core = createTestCore();
  core.add(lamps);
});

describe('core.call', () => {
  it('reads the input once, asks IAM, does it, and writes the hop, first that it begins', async () => {
    await expect(turnOn({ Lamp: LAMP, Story: 's1' }, { traceHeader: 'Root=1-2-3' })).resolves.toEqual({ On: true });

    expect([reads, seen, core.asked]).toEqual([1, ['on by root'], [`lamps:TurnOn ${LAMP}`]]);
    expect(core.hops()).toMatchObject([
      {
        kind: 'call',
        service: 'lamps',
        action: 'TurnOn',
        from: describePrincipal(ROOT),
        to: LAMP,
        correlationId: 's1',
        traceId: '1-2-3',
        outcome: 'ok',
        began: 1,
      },
    ]);
    expect(core.journal.entries()[0]).toMatchObject({
      outcome: 'begun',
      to: LAMP,
      correlationId: 's1',
      traceId: '1-2-3',
    });
  });

  it('has begun in the journal before anything is done', async () => {
    core.interceptors.push({ after: () => void seen.push(...core.journal.entries().map(({ outcome }) => outcome)) });

    await turnOn({ Lamp: LAMP }, { isFromClient: true });

    expect(seen).toEqual(['on by root', 'begun']);
  });

  it('does nothing that IAM forbids, and the journal says what was asked', async () => {
    core = createTestCore({
      authorize() {
        throw new AwsError('Locked', 'no', { status: 403, detail: { action: 'lamps:TurnOn' } });
      },
    });
    core.add(lamps);

    await expect(turnOn({ Lamp: LAMP })).rejects.toMatchObject({ code: 'Locked' });
    expect(seen).toEqual([]);
    expect(core.hops()).toMatchObject([
      { outcome: 'error', error: { code: 'Locked' }, detail: { action: 'lamps:TurnOn' } },
    ]);
  });

  it('is throttled by the fault plan in the service’s own words, before it asks or does anything', async () => {
    core = createTestCore({ faults: { rules: [{ match: { service: 'lamps' }, throttle: 1 }] } });
    core.add(lamps);

    await expect(turnOn({ Lamp: LAMP })).rejects.toMatchObject({ code: 'TooBright', status: 429, message: 'wait' });
    expect([seen, core.asked]).toEqual([[], []]);
  });

  it('refuses what the service does not do by naming what it does', async () => {
    await expect(core.ask('lamps', 'Dim', {})).rejects.toThrow(/lamps:Dim.*it knows Break, TurnOn/);
    await expect(core.ask('lamps', 'toString', {})).rejects.toThrow(/lamps:toString/);
    await expect(core.ask('stoves', 'Light', {})).rejects.toThrow(/the service 'stoves'/);
  });

  it('keeps a defect’s own words out of the journal', async () => {
    await expect(core.ask('lamps', 'Break', {}, { hop: {}, requestId: 'r1' })).rejects.toThrow('a defect');

    expect(core.hops()).toMatchObject([
      { outcome: 'error', error: { code: 'InternalFailure', message: expect.stringContaining('r1') } },
    ]);
  });

  it('writes down an input that does not fit, and a caller who is not known', async () => {
    await expect(turnOn({ Lamp: '' })).rejects.toMatchObject({ code: 'NoLamp' });
    const unknown = () => {
      throw new AwsError('InvalidClientTokenId', 'who?');
    };
    await expect(turnOn({ Lamp: LAMP }, { principal: unknown })).rejects.toMatchObject({
      code: 'InvalidClientTokenId',
    });

    expect(core.hops().map(({ error, from }) => [error?.code, from])).toEqual([
      ['NoLamp', describePrincipal(ROOT)],
      ['InvalidClientTokenId', 'client'],
    ]);
  });

  it('has interceptors stand around what comes from clients only', async () => {
    core.interceptors.push({ before: () => void seen.push('before'), after: () => void seen.push('after') });

    await turnOn({ Lamp: LAMP });
    await turnOn({ Lamp: LAMP }, { isFromClient: true });

    expect(seen).toEqual(['on by root', 'before', 'on by root', 'after']);
  });

  it('lets its caller say what the hop is, or that there is none', async () => {
    await turnOn({ Lamp: LAMP }, { hop: { kind: 'delivery', action: 'deliver' } });
    await turnOn({ Lamp: LAMP }, { hop: false });

    expect(core.hops()).toMatchObject([{ kind: 'delivery', action: 'deliver', service: 'lamps', to: LAMP }]);
  });
});

describe('core.deliver', () => {
  it('makes the call that the target’s service says, as the one who brings it', async () => {
    const principal = servicePrincipal('sns.amazonaws.com', 'arn:aws:sns:eu-west-1:000000000000:t');

    await core.deliver({ targetArn: LAMP, principal, payload: 's2' });

    expect(seen).toEqual(['on by service']);
    expect(core.hops()).toEqual([]);
  });

  it('refuses a target whose service takes nothing', async () => {
    core.add({ id: 'iam', resources: [] });

    const delivery = core.deliver({ targetArn: 'arn:aws:iam::000000000000:role/r', principal: ROOT, payload: '' });
    await expect(delivery).rejects.toThrow(/delivery to 'arn:aws:iam/);
  });
});
