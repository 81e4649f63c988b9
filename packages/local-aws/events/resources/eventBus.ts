import { z } from 'zod';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import { type AnyResourceType, inert, type Provisioned, type ResourceType } from '../../core/resource.ts';
import type { PolicyDocument, PolicyStatement } from '../../core/service.ts';
import { compilePolicy } from '../../iam/compile.ts';
import { resourcePolicySchema } from '../../iam/policySchema.ts';
import { type Buses, busArn, busNameOf, DEFAULT_BUS, type EventBus } from '../buses.ts';
import type { RuleStore } from '../rules.ts';

const busProperties = z.strictObject({
  // A bus whose name has a slash is a partner's.
  Name: z
    .string()
    .regex(/^[.\-_A-Za-z0-9]{1,256}$/)
    .refine((name) => name !== DEFAULT_BUS, 'is the name of the bus that is always there'),
  Description: z.string().max(512).optional(),
  Policy: resourcePolicySchema.optional(),
  KmsKeyIdentifier: inert('events are not encrypted on a laptop'),
  Tags: inert('tags have no behaviour'),
});
type BusProperties = z.output<typeof busProperties>;

const policyProperties = z
  .strictObject({
    EventBusName: z.string().min(1).default(DEFAULT_BUS).transform(busNameOf),
    StatementId: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
    Statement: z.record(z.string(), z.unknown()).optional(),
    Action: z.literal('events:PutEvents').optional(),
    Principal: z.string().optional(),
  })
  .superRefine((properties, context) => {
    const { error } = policyOf(properties);
    for (const issue of error?.issues ?? [])
      context.addIssue({ ...issue, path: ['Statement', ...issue.path.slice(2)] });
  });
type PolicyProperties = z.output<typeof policyProperties>;

/** A statement as it stands there, or from the three properties that were there before it. */
function policyOf({ EventBusName, StatementId, Statement, Action, Principal }: PolicyProperties) {
  const principal = Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` };
  const written = Statement ?? { Effect: 'Allow', Principal: principal, Action, Resource: busArn(EventBusName) };
  return resourcePolicySchema.safeParse({ Version: '2012-10-17', Statement: [{ Sid: StatementId, ...written }] });
}

const statementsOf = (properties: PolicyProperties): PolicyStatement[] =>
  [policyOf(properties).data?.Statement ?? []].flat();

/** `AWS::Events::EventBus` and `AWS::Events::EventBusPolicy`. */
export function busTypes(core: Pick<Core, 'clock'>, buses: Buses, rules: RuleStore): AnyResourceType[] {
  return [busType(core, buses, rules), busPolicyType(buses)];
}

/** The bus's own policy is one of those that policy resources add to. */
const OWN = 'its own';

function busType({ clock }: Pick<Core, 'clock'>, buses: Buses, rules: RuleStore): ResourceType<BusProperties> {
  const provisioned = ({ name, arn }: EventBus): Provisioned => ({
    physicalId: name,
    attributes: { Arn: arn, Name: name },
  });
  const allow = (name: string, policy: PolicyDocument | undefined) => {
    const statements = policy ? [policy.Statement].flat() : [];
    compilePolicy({ Version: '2012-10-17', Statement: statements });
    buses.allow(name, OWN, statements);
  };
  return {
    type: 'AWS::Events::EventBus',
    properties: busProperties,
    replaceOn: ['Name'],
    async create({ Name, Description, Policy }) {
      const nowMs = clock.now();
      const described = Description !== undefined && { description: Description };
      const bus = buses.create({ name: Name, ...described, createdMs: nowMs, changedMs: nowMs });
      allow(Name, Policy);
      return provisioned(bus);
    },
    async update(current, { Name, Description, Policy }) {
      const bus = buses.find(Name);
      bus.changedMs = clock.now();
      if (Description === undefined) delete bus.description;
      else bus.description = Description;
      allow(Name, Policy);
      return current;
    },
    async remove({ physicalId }) {
      if (rules.list(physicalId).length > 0)
        throw new AwsError('ValidationException', `Event bus ${physicalId} can't be deleted since it has rules.`);
      buses.remove(physicalId);
    },
    grants: ({ properties: { Name, Policy } }) =>
      Policy ? [{ target: busArn(Name), statements: [Policy.Statement].flat() }] : [],
  };
}

function busPolicyType(buses: Buses): ResourceType<PolicyProperties> {
  const set = (properties: PolicyProperties, id: string) => {
    const { name } = buses.find(properties.EventBusName);
    const statements = statementsOf(properties);
    compilePolicy({ Version: '2012-10-17', Statement: statements });
    buses.allow(name, id, statements);
  };
  return {
    type: 'AWS::Events::EventBusPolicy',
    properties: policyProperties,
    replaceOn: ['EventBusName', 'StatementId'],
    async create(wanted, context) {
      const physicalId = context.generateName();
      set(wanted, physicalId);
      return { physicalId, attributes: {} };
    },
    async update(current, wanted) {
      set(wanted, current.physicalId);
      return current;
    },
    remove: async (current, { EventBusName }) => buses.allow(EventBusName, current.physicalId, []),
    grants: ({ properties }) => [{ target: busArn(properties.EventBusName), statements: statementsOf(properties) }],
  };
}
