import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createStacks, type Stacks } from '../../cloudformation/stacks.ts';
import { checkedOperations } from '../../core/checkedOperation.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import { servicePrincipal } from '../../core/principal.ts';
import type { ResourceType } from '../../core/resource.ts';
import type { LocalService, PolicyDocument } from '../../core/service.ts';
import { anyValues } from '../../core/tests/anyValues.ts';
import { dropState } from '../../stateFolder.ts';
import { type Open, open } from './open.ts';

const operation = checkedOperations('lamps', (path, reason) => new AwsError('BadLamp', `${path}: ${reason}`));
const arnOf = (name: string) => `arn:aws:lamps:eu-west-1:000000000000:lamp/${name}`;

/** A lamp as it is kept, in the state of its stack. */
interface Lamp {
  policy: PolicyDocument;
  lightings: number;
}
const LAMPS = anyValues<Lamp>('lamps/lamps');

const lampProperties = z.strictObject({
  LampName: z.string(),
  /** Who may turn it on beside the roles that may: the ARN of another lamp, which passes its light on to this one. */
  LitBy: z.string().optional(),
  /** The ARN of a lamp that this one lights. */
  Lights: z.string().optional(),
});
type LampProperties = z.output<typeof lampProperties>;

/** A service that AWS does not have: one descriptor, and nothing else anywhere. */
function createLamps({ store }: Core): LocalService {
  const find = (name: string) => store.all(LAMPS).find(({ key }) => key === name);
  const policyFor = ({ LampName, LitBy }: LampProperties): PolicyDocument => ({
    Statement: {
      Effect: LitBy === undefined ? 'Deny' : 'Allow',
      Principal: { Service: 'lamps.amazonaws.com' },
      Action: 'lamps:TurnOn',
      Resource: arnOf(LampName),
      ...(LitBy !== undefined && { Condition: { ArnEquals: { 'aws:SourceArn': LitBy } } }),
    },
  });
  const lamp: ResourceType<LampProperties> = {
    type: 'AWS::Lamps::Lamp',
    properties: lampProperties,
    async create(properties, { stackName }) {
      const { LampName } = properties;
      store.collection(stackName, LAMPS).put(LampName, { policy: policyFor(properties), lightings: 0 });
      return { physicalId: LampName, attributes: { Arn: arnOf(LampName) } };
    },
    adopt: async ({ LampName }, { stackName }) =>
      find(LampName)?.owner === stackName ? { physicalId: LampName, attributes: { Arn: arnOf(LampName) } } : undefined,
    update: async (current) => current,
    remove: async ({ physicalId }, _properties, { stackName }) => store.collection(stackName, LAMPS).delete(physicalId),
    edges: ({ properties: { Lights }, provisioned: { attributes } }) =>
      Lights === undefined
        ? []
        : [{ targetArn: Lights, service: { name: 'lamps.amazonaws.com', sourceArn: attributes.Arn ?? '' } }],
    grants: ({ properties }) => [{ target: properties.LampName, statements: [policyFor(properties).Statement].flat() }],
  };
  return {
    id: 'lamps',
    protocol: { kind: 'json', targetPrefix: 'Lamps_2030', version: '1.1' },
    errors: { denied: { code: 'LampLocked', status: 423 } },
    operations: {
      TurnOn: operation('TurnOn', {
        input: z.strictObject({ Lamp: z.string() }),
        permissions: ({ Lamp }) => [{ action: 'lamps:TurnOn', resource: arnOf(Lamp) }],
        run({ Lamp: name }) {
          const found = find(name);
          if (found) {
            const lightings = found.value.lightings + 1;
            store.collection(found.owner, LAMPS).put(name, { ...found.value, lightings });
          }
          return { Lit: name };
        },
      }),
    },
    policyOf: (arn) => find(arn.split('/')[1] ?? '')?.value.policy,
    takes: {
      action: 'lamps:TurnOn',
      allowedBy: 'LitBy',
      call: ({ targetArn }) => ({ operation: 'TurnOn', input: { Lamp: targetArn.split('/')[1] } }),
    },
    resources: [lamp],
  };
}

let door: Open;
let stateFolder: string;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'lamps-'));
});
afterEach(async () => {
  await door.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

/** Opens local-aws on the folder of state, with lamps, after whoever had it before. */
async function start(): Promise<{ stacks: Stacks; lit(): Record<string, number> }> {
  door = await open({ services: [createLamps], stateFolder });
  const stacks = createStacks(door.core, door.resourceTypes);
  await stacks.restore();
  const lit = () => Object.fromEntries(door.core.store.all(LAMPS).map(({ key, value }) => [key, value.lightings]));
  return { stacks, lit };
}

/** A template of lamps, by their names. */
const lampsOf = (lamps: Record<string, object>) => ({
  Resources: Object.fromEntries(
    Object.entries(lamps).map(([LampName, more]) => [
      LampName,
      { Type: 'AWS::Lamps::Lamp', Properties: { LampName, ...more } },
    ]),
  ),
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
  door = await open({ services: [createLamps] });
  const { accessKeyId } = await door.role('hall', {
    Effect: 'Allow',
    Action: 'lamps:TurnOn',
    Resource: arnOf('hall'),
  });

  expect(await turnOn({ Lamp: 'hall' }, accessKeyId)).toEqual({ status: 200, body: { Lit: 'hall' } });
  expect(await turnOn({ Lamp: 'attic' }, accessKeyId)).toMatchObject({ status: 423, body: { __type: 'LampLocked' } });
  expect(await turnOn({ Lamp: 7 })).toMatchObject({ status: 400, body: { __type: 'BadLamp' } });
  expect(await turnOn({ Lamp: 'hall', Colour: 'red' })).toMatchObject({
    status: 501,
    body: { message: expect.stringContaining("'Colour' of lamps:TurnOn") },
  });

  const hops = door.core.journal.ended().filter(({ service }) => service === 'lamps');
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

it('takes deliveries, and lets in whom the policy of its resource names', async () => {
  const { stacks, lit } = await start();
  await stacks.deploy({ stackName: 'house', template: lampsOf({ hall: { LitBy: arnOf('porch') }, attic: {} }) });
  const from = (lamp: string, to: string) =>
    door.core.deliver({
      targetArn: arnOf(to),
      principal: servicePrincipal('lamps.amazonaws.com', arnOf(lamp)),
      payload: '{}',
    });

  await from('porch', 'hall');
  await expect(from('cellar', 'hall')).rejects.toMatchObject({ code: 'LampLocked' });
  await expect(from('porch', 'attic')).rejects.toMatchObject({ code: 'LampLocked' });

  expect(lit()).toEqual({ hall: 1, attic: 0 });
});

it('is refused a deployment in which what it sets up is not allowed', async () => {
  const { stacks, lit } = await start();
  const porch = { Lights: arnOf('hall') };

  const refused = stacks.deploy({ stackName: 'house', template: lampsOf({ porch, hall: {} }) });
  await expect(refused).rejects.toThrow(/porch .*lamps:TurnOn on .*lamp\/hall is not allowed: add an LitBy/);
  const before = lit();
  const allowed = lampsOf({ porch, hall: { LitBy: arnOf('porch') } });
  await stacks.deploy({ stackName: 'house', template: allowed });

  expect([before, lit()]).toEqual([{}, { porch: 0, hall: 0 }]);
});

it('has its state in the file of each stack: there after a restart, gone with the stack and with all state', async () => {
  const first = await start();
  await first.stacks.deploy({ stackName: 'house', template: lampsOf({ hall: {} }) });
  await first.stacks.deploy({ stackName: 'shed', template: lampsOf({ workbench: {} }) });
  await turnOn({ Lamp: 'hall' });
  await turnOn({ Lamp: 'workbench' });
  await door.close();

  const second = await start();
  const restarted = second.lit();
  await second.stacks.remove('shed');
  const left = [second.lit(), readdirSync(join(stateFolder, 'stacks')).filter((name) => name.endsWith('.sqlite'))];
  await door.close();
  await dropState(stateFolder);
  const third = await start();

  expect(restarted).toEqual({ hall: 1, workbench: 1 });
  expect(left).toEqual([{ hall: 1 }, ['house.sqlite']]);
  expect([third.lit(), third.stacks.list()]).toEqual([{}, []]);
});
