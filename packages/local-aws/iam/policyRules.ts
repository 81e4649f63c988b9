import { malformed, type PolicyKind, type ReadDocument, type ReadStatement, reasonOf, SYNTAX } from './policyShape.ts';
import { principalProblem } from './principalRules.ts';

/** What is wrong with a policy, in IAM's words, and where. */
export interface PolicyProblem {
  message: string;
  path: (string | number)[];
}

const VERSIONS = ['2012-10-17', '2008-10-17'];
const [TODAYS_VERSION] = VERSIONS;

/** The operators of conditions that IAM has. */
const OPERATOR =
  /^(?:(?:ForAllValues|ForAnyValue):)?(?:(?:String(?:Not)?(?:Equals|EqualsIgnoreCase|Like)|(?:Numeric|Date)(?:Equals|NotEquals|(?:Less|Greater)Than(?:Equals)?)|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like))(?:IfExists)?|Null)$/;

/** What a trust policy may allow: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
const STS_ACTION = /^sts:(\*|AssumeRole\S*|TagSession|SetSourceIdentity|SetContext)$/i;

/** `iam` and `s3` have resources that are in no region. */
const REGIONLESS = new Map([
  ['iam', (resource: string) => `IAM resource ${resource} cannot contain region information.`],
  ['s3', (resource: string) => `Resource ${resource} can not contain region information.`],
]);

/**
 * All that IAM refuses in a policy of this kind; the texts are its own, as CreateRole, PutRolePolicy and CreatePolicy give them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function policyProblems(kind: PolicyKind, document: ReadDocument): PolicyProblem[] {
  const isList = Array.isArray(document.Statement);
  const statements = [document.Statement].flat();
  const problems = versionProblems(kind, document.Version);
  if (statements.length === 0) {
    const message = kind === 'trust' ? malformed('Could not parse the policy: Statement is empty!') : SYNTAX;
    problems.push({ message, path: ['Statement'] });
  }
  const sids = new Set<string>();
  for (const [index, statement] of statements.entries()) {
    const place = isList ? ['Statement', index] : ['Statement'];
    const found = [...sidProblems(kind, statement, sids), ...statementProblems(kind, statement)];
    problems.push(...found.map(({ message, path }) => ({ message, path: [...place, ...path] })));
  }
  // The service whose policy it is has a code of its own.
  return kind === 'resource' ? problems.map(({ message, path }) => ({ message: reasonOf(message), path })) : problems;
}

function versionProblems(kind: PolicyKind, version: string | undefined): PolicyProblem[] {
  const path = ['Version'];
  if (version !== undefined && !VERSIONS.includes(version)) {
    const message = kind === 'trust' ? malformed('The policy must contain a valid version string') : SYNTAX;
    return [{ message, path }];
  }
  return kind === 'managed' && version !== TODAYS_VERSION
    ? [{ message: malformed(`Policy document must be version ${TODAYS_VERSION} or greater.`), path }]
    : [];
}

function sidProblems(kind: PolicyKind, { Sid = '' }: ReadStatement, seen: Set<string>): PolicyProblem[] {
  const path = ['Sid'];
  if ((kind === 'identity' || kind === 'managed') && !/^[0-9A-Za-z]*$/.test(Sid)) {
    const rule = 'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression';
    return [{ message: malformed(`${rule} [0-9A-Za-z]*`), path }];
  }
  const isTaken = Sid !== '' && seen.has(Sid);
  seen.add(Sid);
  if (!isTaken) return [];
  const inTrust = 'The Statement Ids in the policy are not unique';
  return [
    { message: malformed(kind === 'trust' ? inTrust : 'Statement IDs (SID) in a single policy must be unique.'), path },
  ];
}

function statementProblems(kind: PolicyKind, statement: ReadStatement): PolicyProblem[] {
  const { Action, NotAction, Resource, NotResource } = statement;
  if (Action !== undefined && NotAction !== undefined) return [{ message: SYNTAX, path: ['NotAction'] }];
  if (Resource !== undefined && NotResource !== undefined) return [{ message: SYNTAX, path: ['NotResource'] }];
  return [
    ...principalProblem(kind, statement).map(({ message, path }) => ({ message: malformed(message), path })),
    ...actionProblems(kind, statement),
    ...(kind === 'trust' ? trustResourceProblems(statement) : resourceProblems(kind, statement)),
    ...conditionProblems(statement),
  ];
}

/** The texts under a key, or under its opposite, with their places. */
function textsOf(statement: ReadStatement, key: 'Action' | 'Resource'): { text: string; path: (string | number)[] }[] {
  const opposite = `Not${key}` as const;
  const name = statement[opposite] === undefined ? key : opposite;
  const value = statement[name];
  if (typeof value === 'string') return [{ text: value, path: [name] }];
  return (value ?? []).map((text, index) => ({ text, path: [name, index] }));
}

function actionProblems(kind: PolicyKind, statement: ReadStatement): PolicyProblem[] {
  const actions = textsOf(statement, 'Action');
  if (actions.length === 0) {
    const message = kind === 'trust' ? 'Missing required field Action' : 'Policy statement must contain actions.';
    return [{ message: malformed(message), path: ['Action'] }];
  }
  return actions.flatMap(({ text, path }) => {
    const reason = actionReason(kind, text);
    return reason === undefined ? [] : [{ message: malformed(reason), path }];
  });
}

function actionReason(kind: PolicyKind, action: string): string | undefined {
  if (kind === 'trust') {
    return STS_ACTION.test(action) ? undefined : 'AssumeRole policy may only specify STS AssumeRole actions.';
  }
  if (action === '*') return undefined;
  const [vendor = '', ...rest] = action.split(':');
  if (rest.length === 0) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  if (rest.length > 1) return 'Actions/Condition can contain only one colon.';
  return /^[a-zA-Z0-9.-]+$/.test(vendor) || vendor === '*' ? undefined : `Vendor ${vendor} is not valid`;
}

function trustResourceProblems({ Resource, NotResource }: ReadStatement): PolicyProblem[] {
  if (Resource !== undefined) return [{ message: malformed('Has prohibited field Resource'), path: ['Resource'] }];
  if (NotResource === undefined) return [];
  return [{ message: malformed('AssumeRole policy must not contain resources.'), path: ['NotResource'] }];
}

function resourceProblems(kind: PolicyKind, statement: ReadStatement): PolicyProblem[] {
  const resources = textsOf(statement, 'Resource');
  if (resources.length === 0) {
    return [{ message: malformed('Policy statement must contain resources.'), path: ['Resource'] }];
  }
  // Which resources a queue's or a topic's policy may name is the service's own to say.
  if (kind === 'resource') return [];
  return resources.flatMap(({ text, path }) => {
    const reason = resourceReason(text);
    return reason === undefined ? [] : [{ message: malformed(reason), path }];
  });
}

function resourceReason(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const [prefix, partition = '', vendor, region = '', ...rest] = resource.split(':');
  if (!resource.includes(':') || prefix !== 'arn') return `Resource ${resource} must be in ARN format or "*".`;
  if (partition !== 'aws') {
    const [vendorOrAny = '*', regionOrAny = '*', account = '*', name = '*'] = resource.split(':').slice(2);
    return `Partition "${partition}" is not valid for resource "arn:${partition}:${vendorOrAny}:${regionOrAny}:${account}:${name}".`;
  }
  if (vendor === undefined || /[*?]/.test(vendor)) {
    return 'Resource vendor must be fully qualified and cannot contain regexes.';
  }
  if (vendor === '') return 'The policy failed legacy parsing';
  return region !== '' && region !== '*' && rest.length > 0 ? REGIONLESS.get(vendor)?.(resource) : undefined;
}

function conditionProblems({ Condition = {} }: ReadStatement): PolicyProblem[] {
  return Object.entries(Condition).flatMap(([operator, byKey]) => {
    const path = ['Condition', operator];
    const values = Object.values(byKey).flat();
    if (Object.keys(byKey).length > 0 && !OPERATOR.test(operator)) return [{ message: SYNTAX, path }];
    const isDate = operator.replace(/^.*:/, '').startsWith('Date');
    return isDate && values.some((value) => !isDateText(value))
      ? [{ message: malformed('The policy failed legacy parsing'), path }]
      : [];
  });
}

/** A date in ISO 8601, or seconds since the epoch; a policy variable may stand for one. */
function isDateText(value: string): boolean {
  return /^\d{1,19}$/.test(value) || value.includes('${') || !Number.isNaN(Date.parse(value));
}
