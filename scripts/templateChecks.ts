import { metricProblems, unusedRoles } from '@arcade/frame/checks';
import { listOf, ofType, referenced, type Template, type TemplateResource } from '@arcade/frame/template';

export { metricProblems, type Template };

/** Lambda refuses longer names (API reference, CreateFunction). */
const LONGEST_NAME = 64;

/** Actions for which AWS knows no resource narrower than `*` (service authorization reference). */
const WITHOUT_RESOURCE = new Set([
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'cloudwatch:PutMetricData',
  'cloudwatch:GetMetricData',
  'ec2:DescribeNetworkInterfaces',
]);

/** AWS services that invoke a function asynchronously: nobody waits for the answer. */
const ASYNCHRONOUS = new Set([
  'sns.amazonaws.com',
  'events.amazonaws.com',
  's3.amazonaws.com',
  'scheduler.amazonaws.com',
]);

interface Statement {
  Effect: string;
  Action?: string | string[];
  Resource?: unknown;
}

/** The handler of each function, by logical id: `handlers/ping.handler`. */
export function handlersIn(template: Template): Record<string, string> {
  const functions = ofType(template, 'AWS::Lambda::Function');
  return Object.fromEntries(functions.map(([id, { Properties }]) => [id, String(Properties?.Handler)]));
}

/** Functions whose name is missing or too long. */
export function nameProblems(template: Template): string[] {
  return ofType(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
    const name = Properties?.FunctionName;
    if (typeof name !== 'string') return [`${id} has no name of its own`];
    return name.length > LONGEST_NAME ? [`${id}: '${name}' has ${name.length} of ${LONGEST_NAME} characters`] : [];
  });
}

/** Functions whose key in serverless.yml is not the name of their handler's file. */
export function keyProblems(template: Template): string[] {
  return Object.entries(handlersIn(template)).flatMap(([id, handler]) => {
    const file = handler.slice(handler.lastIndexOf('/') + 1, handler.lastIndexOf('.'));
    // osls makes the logical id of the key.
    const expected = `${file.charAt(0).toUpperCase()}${file.slice(1)}LambdaFunction`;
    return id === expected ? [] : [`${id} runs ${handler}: its key should be '${file}'`];
  });
}

/** Functions that share a role or have no statements of their own, statements that allow more than they need, roles that nothing uses. */
export function roleProblems(template: Template): string[] {
  const users = new Map<string, string[]>();
  for (const [id, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
    const role = referenced(Properties?.Role) ?? 'a role outside of the template';
    users.set(role, [...(users.get(role) ?? []), id]);
  }
  const shared = [...users].flatMap(([role, ids]) => (ids.length > 1 ? [`${ids.join(', ')} share ${role}`] : []));
  const wide = [...users.keys()].flatMap((role) =>
    statementsOf(template.Resources[role]).flatMap((statement) => tooWide(role, statement)),
  );
  const bare = [...users].flatMap(([role, ids]) =>
    statementsOf(template.Resources[role]).length === 0
      ? [`${ids.join(', ')} has no policy of its own in ${role}`]
      : [],
  );
  const unused = unusedRoles(template).map((role) => `nothing uses ${role}`);
  return [...shared, ...bare, ...wide, ...unused];
}

function statementsOf(role: TemplateResource | undefined): Statement[] {
  const policies = (role?.Properties?.Policies ?? []) as { PolicyDocument: { Statement: Statement | Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => listOf(PolicyDocument.Statement));
}

function tooWide(role: string, { Effect, Action, Resource }: Statement): string[] {
  if (Effect !== 'Allow') return [];
  const actions = listOf(Action);
  const wildcards = actions.filter((action) => action === '*' || action.endsWith(':*'));
  const needsNoResource = actions.every((action) => WITHOUT_RESOURCE.has(action));
  const isBare = listOf(Resource as string | string[]).some((resource) => resource === '*');
  return [
    ...wildcards.map((action) => `${role} allows the action ${action}`),
    ...(isBare && !needsNoResource ? [`${role} allows ${actions.join(', ')} on every resource`] : []),
  ];
}

/** Functions whose log group keeps its lines for ever. */
export function logProblems(template: Template): string[] {
  const kept = new Set(
    ofType(template, 'AWS::Logs::LogGroup')
      .filter(([, { Properties }]) => Properties?.RetentionInDays !== undefined)
      .map(([, { Properties }]) => Properties?.LogGroupName),
  );
  return ofType(template, 'AWS::Lambda::Function')
    .filter(([, { Properties }]) => !kept.has(`/aws/lambda/${String(Properties?.FunctionName)}`))
    .map(([id]) => `${id} has no log group with RetentionInDays`);
}

/** Functions that are invoked asynchronously and whose failures go nowhere. */
export function failureProblems(template: Template): string[] {
  const invokers = new Map<string, string>();
  for (const [, { Properties }] of ofType(template, 'AWS::Lambda::Permission')) {
    const target = referenced(Properties?.FunctionName);
    const principal = String(Properties?.Principal);
    if (target && ASYNCHRONOUS.has(principal)) invokers.set(target, principal);
  }
  const configured = ofType(template, 'AWS::Lambda::EventInvokeConfig')
    .filter(([, { Properties }]) => {
      const destinations = Properties?.DestinationConfig as { OnFailure?: unknown } | undefined;
      return destinations?.OnFailure !== undefined;
    })
    .map(([, { Properties }]) => referenced(Properties?.FunctionName));
  return [...invokers]
    .filter(([id]) => !configured.includes(id) && !template.Resources[id]?.Properties?.DeadLetterConfig)
    .map(([id, principal]) => `${id} is invoked by ${principal} and has no failure destination`);
}
