import { beforeAll, describe, expect, it } from '@jest/globals';
import { networkOf } from '../core/facts.ts';
import * as alexa from '../examples/alexa/networks.ts';
import type { Edge, Network } from '../index.ts';
import { flat, isRecord, listOf, propertiesOf, recordsOf } from '../read/template.ts';
import { type Packaged, packaged } from './support/packaged.ts';

const PACKAGING_MS = 300_000;

/** Logical ids, spelled out: nothing here is derived by the code under test. */
const ARNS: Readonly<Record<string, string>> = {
  deferred: '{DeferredQueue.Arn}',
  dispatch: '{DispatchQueue.Arn}',
  states: '{StatesQueue.Arn}',
  register: '{RegisterTable.Arn}',
  requests: '{RequestsTable.Arn}',
};

interface Expected {
  /** The function whose role it is. */
  readonly role: string;
  /** `action on resource` */
  readonly allows: readonly string[];
  /** Who may invoke that function, where an edge says so. */
  readonly invokedBy?: string;
}

/** What AWS must allow for an edge, and no more. */
const expectedOf = (edge: Edge): Expected => {
  switch (edge.type) {
    case 'queue triggers function': {
      const take = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
      return { role: edge.to, allows: take.map((action) => `sqs:${action} on ${ARNS[edge.from]}`) };
    }
    case 'function sends queue':
      return { role: edge.from, allows: [`sqs:SendMessage on ${ARNS[edge.to]}`] };
    case 'function reads table': {
      const { action, index } = edge.settings;
      const resource = index === undefined ? ARNS[edge.to] : `${ARNS[edge.to]}/index/${index}`;
      return { role: edge.from, allows: [`dynamodb:${action} on ${resource}`] };
    }
    case 'function writes table':
      return { role: edge.from, allows: [`dynamodb:${edge.settings.action} on ${ARNS[edge.to]}`] };
    case 'schedule triggers function':
      // The only asynchronous trigger here: what the function fails on goes to its failure queue.
      return {
        role: edge.to,
        allows: ['sqs:SendMessage on {PollFailureQueue.Arn}'],
        invokedBy: 'events.amazonaws.com',
      };
    case 'http triggers function':
      return { role: edge.to, allows: [], invokedBy: 'apigateway.amazonaws.com' };
    case 'skill triggers function':
      return { role: edge.to, allows: [], invokedBy: 'alexa-connectedhome.amazon.com' };
    case 'function calls external':
    case 'external calls http':
      return { role: edge.from, allows: [] };
    default:
      throw new Error(`The example has no edge "${edge.type}".`);
  }
};

const idOf = (name: string, ending: string): string => name.charAt(0).toUpperCase() + name.slice(1) + ending;

const isLogging = (permission: string): boolean => permission.startsWith('logs:');

/** All that a function's role allows, but for its own log. */
const allowedBy = (template: Packaged, name: string): Set<string> => {
  const { Policies } = propertiesOf(template.Resources[idOf(name, 'IamRoleLambdaExecution')]);
  const statements = recordsOf(Policies).flatMap(({ PolicyDocument }) =>
    isRecord(PolicyDocument) ? recordsOf(PolicyDocument.Statement) : [],
  );
  const permissions = statements.flatMap(({ Action, Resource }) =>
    listOf(Action).flatMap((action) => listOf(Resource).map((resource) => `${String(action)} on ${flat(resource)}`)),
  );
  return new Set(permissions.filter((permission) => !isLogging(permission)));
};

const invokersOf = (template: Packaged, name: string): unknown[] =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
    .map((resource) => propertiesOf(resource))
    .filter(({ FunctionName }) => flat(FunctionName) === `{${idOf(name, 'LambdaFunction')}.Arn}`)
    .map(({ Principal }) => Principal);

const without = (network: Network, key: string): Network =>
  networkOf(
    Object.values(network.nodes),
    Object.entries(network.edges).flatMap(([other, edge]) => (other === key ? [] : [edge])),
  );

const cases = Object.entries(alexa).flatMap(([name, network]) =>
  Object.entries(network.edges).map(([key, edge]) => ({ name, network, key, edge })),
);

describe('the roles of the example, as osls packages them', () => {
  const whole = new Map<string, Packaged>();
  const cut = new Map<string, Packaged>();

  beforeAll(() => {
    const templates = packaged([...Object.values(alexa), ...cases.map(({ network, key }) => without(network, key))]);
    for (const name of Object.keys(alexa)) whole.set(name, templates.shift() as Packaged);
    for (const { name, key } of cases) cut.set(`${name}: ${key}`, templates.shift() as Packaged);
  }, PACKAGING_MS);

  it.each(cases)('$name: "$key" is allowed, exactly, and gone without the edge', ({ name, key, edge }) => {
    const [before, after] = [whole.get(name) as Packaged, cut.get(`${name}: ${key}`) as Packaged];
    const { role, allows, invokedBy } = expectedOf(edge);

    const [had, has] = [allowedBy(before, role), allowedBy(after, role)];

    expect([...had].filter((permission) => !has.has(permission)).sort()).toEqual([...allows].sort());
    expect([...has].filter((permission) => !had.has(permission))).toEqual([]);
    expect(invokersOf(before, role).includes(invokedBy)).toBe(invokedBy !== undefined);
    if (invokedBy !== undefined) expect(invokersOf(after, role)).not.toContain(invokedBy);
  });

  it.each(Object.entries(alexa))('%s: no role allows anything that no edge says', (name, network) => {
    const functions = Object.values(network.nodes).filter(({ kind }) => kind === 'function');
    const expected = Object.values(network.edges).map(expectedOf);

    for (const node of functions) {
      const allows = expected.filter(({ role }) => role === node.name).flatMap((one) => one.allows);
      expect([node.name, [...allowedBy(whole.get(name) as Packaged, node.name)].sort()]).toEqual([
        node.name,
        allows.sort(),
      ]);
    }
  });
});
