import { afterEach, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createStacks } from '../../cloudformation/stacks.ts';
import { checkedOperations } from '../../core/checkedOperation.ts';
import { AwsError } from '../../core/errors.ts';
import type { LocalService } from '../../core/service.ts';
import { type Open, open } from './open.ts';

const operation = checkedOperations('lamps', (path, reason) => new AwsError('BadLamp', `${path}: ${reason}`));

/** A service that AWS does not have: one descriptor, and nothing else anywhere. */
const lamps: LocalService = {
  id: 'lamps',
  protocol: { kind: 'json', targetPrefix: 'Lamps_2030', version: '1.1' },
  errors: { denied: { code: 'LampLocked', status: 423 } },
  operations: {
    TurnOn: operation('TurnOn', {
      input: z.strictObject({ Lamp: z.string() }),
      permissions: ({ Lamp }) => [
        { action: 'lamps:TurnOn', resource: `arn:aws:lamps:eu-west-1:000000000000:lamp/${Lamp}` },
      ],
      run: ({ Lamp }) => ({ Lit: Lamp }),
    }),
  },
  resources: [
    {
      type: 'AWS::Lamps::Lamp',
      properties: z.strictObject({ LampName: z.string() }),
      create: async ({ LampName }) => ({ physicalId: LampName, attributes: {} }),
      update: async (current) => current,
      remove: async () => undefined,
    },
  ],
};

let door: Open;
afterEach(async () => {
  await door.close();
});

/** A call over the wire, signed by hand: no SDK knows the service. */
async function turnOn(
  input: object,
  accessKeyId = 'local',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(door.door.endpoint(), {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300101/eu-west-1/lamps/aws4_request, Signature=none`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Lamps_2030.TurnOn',
    },
    body: JSON.stringify(input),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

it('is refused, authorized, journaled, listed and provisioned like any other, by one line', async () => {
  door = await open({ services: [() => lamps] });
  const { accessKeyId } = await door.role('hall', {
    Effect: 'Allow',
    Action: 'lamps:TurnOn',
    Resource: 'arn:aws:lamps:eu-west-1:000000000000:lamp/hall',
  });

  expect(await turnOn({ Lamp: 'hall' }, accessKeyId)).toEqual({ status: 200, body: { Lit: 'hall' } });
  expect(await turnOn({ Lamp: 'attic' }, accessKeyId)).toMatchObject({ status: 423, body: { __type: 'LampLocked' } });
  expect(await turnOn({ Lamp: 7 })).toMatchObject({ status: 400, body: { __type: 'BadLamp' } });
  expect(await turnOn({ Lamp: 'hall', Colour: 'red' })).toMatchObject({
    status: 501,
    body: { message: expect.stringContaining("'Colour' of lamps:TurnOn") },
  });

  const hops = door.core.journal.entries().filter(({ service }) => service === 'lamps');
  expect(hops.map(({ action, outcome, error }) => [action, outcome, error?.code])).toEqual([
    ['TurnOn', 'ok', undefined],
    ['TurnOn', 'error', 'LampLocked'],
    ['TurnOn', 'error', 'BadLamp'],
    ['TurnOn', 'error', 'NotSupportedByLocalAws'],
  ]);
  expect(await (await fetch(`${door.door.endpoint()}/_local/supported`)).json()).toMatchObject({
    operations: { lamps: ['TurnOn'] },
    resourceTypes: expect.arrayContaining(['AWS::Lamps::Lamp']),
  });

  const stacks = createStacks(door.core, door.resourceTypes);
  const lamp = (Properties: object) => ({ Resources: { Hall: { Type: 'AWS::Lamps::Lamp', Properties } } });
  await stacks.deploy({ stackName: 'house', template: lamp({ LampName: 'hall' }) });
  expect(stacks.get('house')?.resources).toMatchObject([{ physicalId: 'hall' }]);
  await expect(stacks.deploy({ stackName: 'other', template: lamp({ LampNme: 'x' }) })).rejects.toThrow(
    /LampNme is not supported by local-aws \(did you mean LampName\?\)/,
  );
});
