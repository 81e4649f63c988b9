import { isObject, listOf, ofType, referenced, referencesIn, type Template } from './template.ts';

interface Statement {
  Effect: 'Allow';
  Action: string | string[];
  Resource: unknown;
}

/** X-Ray knows no resource to narrow these to (service authorization reference). */
const TRACING: Statement = {
  Effect: 'Allow',
  Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  Resource: '*',
};

/** What Lambda calls on a place that failed events go to, by the ARN's service. */
const SENDING: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'sqs:SendMessage',
  'AWS::SNS::Topic': 'sns:Publish',
  'AWS::S3::Bucket': 's3:PutObject',
};

/** `IamRoleLambdaExecution` of osls, `PingIamRoleLambdaExecution` of its plugin for a function of its own. */
const MADE_BY_OSLS = /IamRoleLambdaExecution$/;

/**
 * Allows each function's role what Lambda itself does with it, as its configuration has it: to send traces, and to put aside
 * what failed. The statements in serverless.yml are then those of the function's own code. The role that osls makes for all
 * functions goes where nothing uses it, because serverless-iam-roles-per-function makes one for each. What stands under
 * `resources` is never taken away: who uses a role by its name, or from elsewhere, cannot be seen here.
 */
export function completeRoles(template: Template): void {
  for (const [id, { Properties = {} }] of ofType(template, 'AWS::Lambda::Function')) {
    const role = referenced(Properties.Role);
    const statements = role === undefined ? undefined : statementsOf(template, role);
    if (!statements) continue;
    if (isObject(Properties.TracingConfig) && Properties.TracingConfig.Mode === 'Active') add(statements, TRACING);
    for (const place of failurePlaces(template, id)) {
      const Action = SENDING[template.Resources[referenced(place) ?? '']?.Type ?? ''];
      if (Action) add(statements, { Effect: 'Allow', Action, Resource: place });
    }
  }
  for (const role of unusedRoles(template)) if (MADE_BY_OSLS.test(role)) delete template.Resources[role];
}

/**
 * The logical ids of roles that nothing in the template uses. What gives a role permissions, trusts it, or waits for it does not
 * use it; nor does a role that refers to itself.
 */
export function unusedRoles(template: Template): string[] {
  const users = Object.entries(template.Resources).filter(([, { Type }]) => !Type.startsWith('AWS::IAM::'));
  const used = referencesIn([users.map(([, { Properties }]) => Properties), template.Outputs]);
  return ofType(template, 'AWS::IAM::Role')
    .map(([id]) => id)
    .filter((id) => !used.has(id));
}

/** Where a function's failed events go: ARNs, as CloudFormation finds them. */
function failurePlaces(template: Template, functionId: string): unknown[] {
  const places: unknown[] = [];
  const { DeadLetterConfig } = template.Resources[functionId]?.Properties ?? {};
  if (isObject(DeadLetterConfig)) places.push(DeadLetterConfig.TargetArn);
  for (const type of ['AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::EventSourceMapping']) {
    for (const [, { Properties = {} }] of ofType(template, type)) {
      const { DestinationConfig } = Properties;
      if (referenced(Properties.FunctionName) !== functionId || !isObject(DestinationConfig)) continue;
      if (isObject(DestinationConfig.OnFailure)) places.push(DestinationConfig.OnFailure.Destination);
    }
  }
  return places;
}

function statementsOf(template: Template, role: string): Statement[] | undefined {
  const [policy] = listOf(template.Resources[role]?.Properties?.Policies) as {
    PolicyDocument: { Statement: Statement[] };
  }[];
  return policy?.PolicyDocument.Statement;
}

/** Unless it stands there: for the function's own code, one action is a list (serverless-iam-roles-per-function makes it one). */
function add(statements: Statement[], statement: Statement): void {
  const textOf = (one: Statement) => JSON.stringify({ ...one, Action: listOf(one.Action) });
  const text = textOf(statement);
  if (!statements.some((one) => textOf(one) === text)) statements.push(structuredClone(statement));
}
