// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the variables of policies.
import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { checkProperties } from '../../cloudformation/checkProperties.ts';
import { pending } from '../../cloudformation/pending.ts';
import { createVirtualClock } from '../../core/clock.ts';
import { createIam } from '../index.ts';
import { identityPolicySchema, managedPolicySchema, resourcePolicySchema, trustPolicySchema } from '../policySchema.ts';

type Statement = Record<string, unknown>;

const SYNTAX = 'MalformedPolicyDocument: Syntax errors in policy.';
const LAMBDA = { Service: 'lambda.amazonaws.com' };

/** A statement that is right but for `changes`; undefined takes a member away. */
const identity = (changes: Statement = {}) => ({ Effect: 'Allow', Action: 'sns:Publish', Resource: '*', ...changes });
const trust = (changes: Statement = {}) => ({
  Effect: 'Allow',
  Principal: LAMBDA,
  Action: 'sts:AssumeRole',
  ...changes,
});
const forQueue = (changes: Statement = {}) => identity({ Action: 'sqs:SendMessage', Principal: '*', ...changes });

const document = (...Statement: Statement[]) => JSON.parse(JSON.stringify({ Version: '2012-10-17', Statement }));

/** What is wrong with a document, each with its place. */
function problemsOf(schema: z.ZodType, policy: unknown): readonly string[] {
  const checked = checkProperties(schema, policy);
  return checked.ok ? [] : checked.problems;
}

const vendor = 'MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
const noResources = 'MalformedPolicyDocument: Policy statement must contain resources.';
const noActions = 'MalformedPolicyDocument: Policy statement must contain actions.';
const noPrincipal = 'MalformedPolicyDocument: Policy document should not specify a principal.';

describe('what a role may', () => {
  it.each<[string, Statement]>([
    ['everything', identity({ Action: '*' })],
    ['all actions of a service, but for some', identity({ Action: undefined, NotAction: ['sns:Delete*', 'sns:Set?'] })],
    ['actions of any service', identity({ Action: '*:Get*' })],
    ['all but one resource', identity({ Resource: undefined, NotResource: 'arn:aws:sns:eu-west-1:000000000000:t' })],
    ['a resource with a variable in it', identity({ Resource: 'arn:aws:s3:::bucket/${aws:username}/*' })],
    ['a resource of an ARN that is cut short', identity({ Resource: 'arn:aws:sns:*' })],
    ['a role', identity({ Resource: 'arn:aws:iam::000000000000:role/x' })],
    [
      'under a condition',
      identity({ Condition: { 'ForAllValues:StringEqualsIfExists': { 'aws:TagKeys': ['a', 1] } } }),
    ],
    [
      'until a day',
      identity({ Condition: { DateLessThan: { 'aws:CurrentTime': ['2030-01-01T00:00:00Z', 1893456000] } } }),
    ],
    ['under no condition', identity({ Condition: { Anything: {} } })],
  ])('may be %s', (_what, statement) => {
    expect(problemsOf(identityPolicySchema, document(statement))).toEqual([]);
  });

  it.each<[string, Statement, string]>([
    ['no resource', identity({ Resource: undefined }), `Resource: ${noResources}`],
    ['an empty list of resources', identity({ Resource: [] }), `Resource: ${noResources}`],
    ['an empty NotResource', identity({ Resource: undefined, NotResource: [] }), `Resource: ${noResources}`],
    ['no action', identity({ Action: undefined }), `Action: ${noActions}`],
    ['an empty NotAction', identity({ Action: undefined, NotAction: [] }), `Action: ${noActions}`],
    ['an action of no service', identity({ Action: ['sns:Publish', 'Publish'] }), `Action[1]: ${vendor}`],
    ['an excluded action of no service', identity({ Action: undefined, NotAction: '' }), `NotAction: ${vendor}`],
    [
      'an action with two colons',
      identity({ Action: 's3:List:Bucket' }),
      'Action: MalformedPolicyDocument: Actions/Condition can contain only one colon.',
    ],
    ['a strange service', identity({ Action: 'a a:B' }), 'Action: MalformedPolicyDocument: Vendor a a is not valid'],
    ['a principal', identity({ Principal: LAMBDA }), `Principal: ${noPrincipal}`],
    ['everyone but somebody', identity({ NotPrincipal: LAMBDA }), `NotPrincipal: ${noPrincipal}`],
    [
      'a resource that is no ARN',
      identity({ Resource: ['*', 'table/scores'] }),
      'Resource[1]: MalformedPolicyDocument: Resource table/scores must be in ARN format or "*".',
    ],
    [
      'a resource of another partition',
      identity({ Resource: 'arn:b:c:d:e:f:g:h' }),
      'Resource: MalformedPolicyDocument: Partition "b" is not valid for resource "arn:b:c:d:e:f".',
    ],
    [
      'a resource of whatever service',
      identity({ Resource: 'arn:aws:*:eu-west-1:000000000000:x' }),
      'Resource: MalformedPolicyDocument: Resource vendor must be fully qualified and cannot contain regexes.',
    ],
    [
      'a role in a region',
      identity({ Resource: 'arn:aws:iam:eu-west-1:000000000000:role/x' }),
      'Resource: MalformedPolicyDocument: IAM resource arn:aws:iam:eu-west-1:000000000000:role/x cannot contain region information.',
    ],
    ['Action beside NotAction', identity({ NotAction: 'sns:Publish' }), `NotAction: ${SYNTAX}`],
    ['Resource beside NotResource', identity({ NotResource: '*' }), `NotResource: ${SYNTAX}`],
    ['a misspelt effect', identity({ Effect: 'allow' }), `Effect: ${SYNTAX}`],
    [
      'an unknown operator',
      identity({ Condition: { StringRoughly: { a: 'b' } } }),
      `Condition.StringRoughly: ${SYNTAX}`,
    ],
    ['a condition that is a text', identity({ Condition: 'a' }), `Condition: ${SYNTAX}`],
    ['a condition without keys', identity({ Condition: { StringEquals: 'a' } }), `Condition.StringEquals: ${SYNTAX}`],
    [
      'a date that is none',
      identity({ Condition: { DateLessThan: { 'aws:CurrentTime': 'soon' } } }),
      'Condition.DateLessThan: MalformedPolicyDocument: The policy failed legacy parsing',
    ],
    [
      'a strange statement id',
      identity({ Sid: 'a-b' }),
      'Sid: MalformedPolicyDocument: Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
  ])('cannot have %s', (_what, statement, expected) => {
    expect(problemsOf(identityPolicySchema, document(statement))).toEqual([`Properties.Statement[0].${expected}`]);
  });

  it.each<[string, string]>([
    ['operator', '{"__proto__": {"aws:PrincipalArn": "arn:aws:iam::000000000000:role/x"}}'],
    ['key', '{"StringEquals": {"__proto__": "x"}}'],
  ])('cannot have a condition whose %s is __proto__, which would be no condition at all', (_what, condition) => {
    const policy = document(identity());
    policy.Statement[0].Condition = JSON.parse(condition);

    expect(problemsOf(identityPolicySchema, policy)).toEqual([expect.stringContaining(SYNTAX)]);
  });

  it('has statements, whose ids differ, in a language that there is', () => {
    expect(problemsOf(identityPolicySchema, document())).toEqual([`Properties.Statement: ${SYNTAX}`]);
    expect(problemsOf(identityPolicySchema, document(identity({ Sid: 'a' }), identity({ Sid: 'a' })))).toEqual([
      'Properties.Statement[1].Sid: MalformedPolicyDocument: Statement IDs (SID) in a single policy must be unique.',
    ]);
    expect(problemsOf(identityPolicySchema, { Statement: identity({ Resource: [] }) })).toEqual([
      `Properties.Statement.Resource: ${noResources}`,
    ]);
    expect(problemsOf(identityPolicySchema, { ...document(identity()), Version: '2013-10-17' })).toEqual([
      `Properties.Version: ${SYNTAX}`,
    ]);
  });

  it('is in a managed policy of today’s language only', () => {
    const { Version: _version, ...old } = document(identity());
    const tooOld =
      'Properties.Version: MalformedPolicyDocument: Policy document must be version 2012-10-17 or greater.';

    expect(problemsOf(identityPolicySchema, old)).toEqual([]);
    expect(problemsOf(managedPolicySchema, old)).toEqual([tooOld]);
    expect(problemsOf(managedPolicySchema, { ...old, Version: '2008-10-17' })).toEqual([tooOld]);
    expect(problemsOf(managedPolicySchema, document(identity({ Principal: '*' })))).toEqual([
      `Properties.Statement[0].Principal: ${noPrincipal}`,
    ]);
  });
});

describe('who may take on a role', () => {
  it.each<[string, Statement]>([
    ['a service', trust()],
    ['a role of the account', trust({ Principal: { AWS: 'arn:aws:iam::000000000000:role/x' } })],
    ['anybody of an account', trust({ Principal: { AWS: ['000000000000', 'arn:aws:iam::000000000000:root'] } })],
    ['who may tag the session too', trust({ Action: ['sts:AssumeRole', 'sts:TagSession'] })],
    [
      'who has signed in',
      trust({
        Principal: { Federated: 'cognito-identity.amazonaws.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'pool' } },
      }),
    ],
  ])('may be %s', (_what, statement) => {
    expect(problemsOf(trustPolicySchema, document(statement))).toEqual([]);
  });

  it.each<[string, Statement, string]>([
    ['nobody', trust({ Principal: undefined }), 'Principal: MalformedPolicyDocument: Missing required field Principal'],
    [
      'an empty principal',
      trust({ Principal: {} }),
      'Principal: MalformedPolicyDocument: Missing required field Principal cannot be empty!',
    ],
    [
      'no service',
      trust({ Principal: { Service: [] } }),
      'Principal: MalformedPolicyDocument: Missing required field Principal cannot be empty!',
    ],
    ['a text', trust({ Principal: '*' }), 'Principal: MalformedPolicyDocument: Principal must be a JSON object.'],
    [
      'what is no service',
      trust({ Principal: { Service: 'lambda' } }),
      'Principal.Service: MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"lambda"',
    ],
    [
      'roles by a wildcard',
      trust({ Principal: { AWS: 'arn:aws:iam::000000000000:role/*' } }),
      'Principal.AWS: MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::000000000000:role/*"',
    ],
    [
      'a kind of principal that IAM does not know',
      trust({ Principal: { constructor: 'x' } }),
      'Principal: MalformedPolicyDocument: Invalid principal in policy: "constructor"',
    ],
    [
      'all but somebody',
      trust({ Principal: undefined, NotPrincipal: LAMBDA }),
      'NotPrincipal: MalformedPolicyDocument: Allow with NotPrincipal is not allowed.',
    ],
    ['no action', trust({ Action: undefined }), 'Action: MalformedPolicyDocument: Missing required field Action'],
    [
      'an action of another service',
      trust({ Action: ['sts:AssumeRole', 'sns:Publish'] }),
      'Action[1]: MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    ['a resource', trust({ Resource: '*' }), 'Resource: MalformedPolicyDocument: Has prohibited field Resource'],
    [
      'all but a resource',
      trust({ NotResource: '*' }),
      'NotResource: MalformedPolicyDocument: AssumeRole policy must not contain resources.',
    ],
    [
      'anybody of Cognito',
      trust({ Principal: { Federated: 'cognito-identity.amazonaws.com' }, Action: 'sts:AssumeRoleWithWebIdentity' }),
      'Condition: MalformedPolicyDocument: A condition block must be present for the Cognito provider',
    ],
  ])('cannot be said with %s', (_what, statement, expected) => {
    expect(problemsOf(trustPolicySchema, document(statement))).toEqual([`Properties.Statement[0].${expected}`]);
  });

  it('is said in statements, whose ids differ, in a language that there is', () => {
    expect(problemsOf(trustPolicySchema, document())).toEqual([
      'Properties.Statement: MalformedPolicyDocument: Could not parse the policy: Statement is empty!',
    ]);
    expect(problemsOf(trustPolicySchema, document(trust({ Sid: 'a' }), trust({ Sid: 'a' })))).toEqual([
      'Properties.Statement[1].Sid: MalformedPolicyDocument: The Statement Ids in the policy are not unique',
    ]);
    expect(problemsOf(trustPolicySchema, { ...document(trust()), Version: '1' })).toEqual([
      'Properties.Version: MalformedPolicyDocument: The policy must contain a valid version string',
    ]);
  });
});

describe('who may do what with a resource', () => {
  it('names whom it lets in, to what', () => {
    expect(problemsOf(resourcePolicySchema, document(forQueue(), forQueue({ Principal: LAMBDA })))).toEqual([]);
  });

  it.each<[string, Statement, RegExp]>([
    ['nobody', forQueue({ Principal: undefined }), /Principal: Missing required field Principal$/],
    ['a principal that is a text', forQueue({ Principal: '000000000000' }), /Principal: .*must be a JSON object/],
    [
      'a principal with a wildcard in it',
      forQueue({ Principal: { AWS: 'arn:*' } }),
      /Principal\.AWS: .*"AWS":"arn:\*"/,
    ],
    ['everyone but somebody', forQueue({ NotPrincipal: LAMBDA }), /NotPrincipal is not supported by local-aws/],
    ['no resource', forQueue({ Resource: undefined }), /Resource: Policy statement must contain resources/],
    ['an empty NotAction', forQueue({ Action: undefined, NotAction: [] }), /Action: .*must contain actions/],
    ['an action of no service', forQueue({ Action: 'SendMessage' }), /Action: .*must be prefaced by a vendor/],
  ])('cannot name %s', (_what, statement, expected) => {
    expect(problemsOf(resourcePolicySchema, document(statement))).toEqual([expect.stringMatching(expected)]);
  });
});

describe('a role in a template', () => {
  const role = createIam({ clock: createVirtualClock() }).resources.find(({ type }) => type === 'AWS::IAM::Role');

  const check = (statement: Statement) =>
    role &&
    checkProperties(role.properties, {
      AssumeRolePolicyDocument: { Statement: [trust()] },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [statement] } }],
    });

  it('is refused before anything is made, with the place and IAM’s words, whatever is not known yet', () => {
    expect(check(identity({ Action: [pending('A')], Resource: undefined }))).toEqual({
      ok: false,
      problems: [`Properties.Policies[0].PolicyDocument.Statement[0].Resource: ${noResources}`],
    });
  });

  it('is not refused for what is not known yet', () => {
    const unknown = identity({ Resource: [pending('Table.Arn'), `${pending('Table.Arn')}/index/*`] });

    expect(check(unknown)).toEqual({ ok: false, problems: [] });
  });
});
