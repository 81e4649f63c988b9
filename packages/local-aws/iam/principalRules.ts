import type { PolicyKind, ReadStatement } from './policyShape.ts';

/** `Invalid principal in policy`: the values that IAM knows, by what they stand under. */
const VALUES = new Map([
  ['AWS', /^(\*|\d{12}|arn:aws:(iam|sts)::\d{12}:[^*?]+)$/],
  ['Service', /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws|amazon)\.com$/],
  ['Federated', /^[^*?\s]+$/],
]);

const COGNITO = 'cognito-identity.amazonaws.com';

type Problem = { message: string; path: (string | number)[] };

const problem = (message: string, ...path: (string | number)[]): Problem[] => [{ message, path }];

/** What is wrong with whom a statement names, in IAM's words: at most one thing. */
export function principalProblem(kind: PolicyKind, statement: ReadStatement): Problem[] {
  const { Effect, Principal, NotPrincipal } = statement;
  if (kind === 'identity' || kind === 'managed') {
    if (Principal === undefined && NotPrincipal === undefined) return [];
    return problem('Policy document should not specify a principal.', Principal ? 'Principal' : 'NotPrincipal');
  }
  if (NotPrincipal !== undefined) return problem(notPrincipal(kind, Effect), 'NotPrincipal');
  if (Principal === undefined) return problem('Missing required field Principal', 'Principal');
  if (typeof Principal === 'string') {
    if (kind === 'resource' && Principal === '*') return [];
    return problem('Principal must be a JSON object.', 'Principal');
  }
  const named = Object.entries(Principal);
  if (named.every(([, values]) => values.length === 0)) {
    return problem('Missing required field Principal cannot be empty!', 'Principal');
  }
  const wrong = named.flatMap(([type, values]) => wrongValue(kind, type, [values].flat())).slice(0, 1);
  return kind === 'trust' ? [...wrong, ...anybodyOfCognito(statement)] : wrong;
}

function wrongValue(kind: PolicyKind, type: string, values: readonly string[]): Problem[] {
  const pattern = VALUES.get(type);
  // S3 has another kind of its own; who evaluates the policy says whether it knows it.
  if (!pattern) return kind === 'trust' ? problem(`Invalid principal in policy: "${type}"`, 'Principal') : [];
  const wrong = values.find((value) => !pattern.test(value));
  if (wrong === undefined) return [];
  return problem(`Invalid principal in policy: "${type.toUpperCase()}":"${wrong}"`, 'Principal', type);
}

/** Whoever signs in anywhere could take on a role that trusts Cognito without a condition. */
function anybodyOfCognito({ Principal, Condition = {} }: ReadStatement): Problem[] {
  const federated = typeof Principal === 'object' ? [Principal.Federated ?? []].flat() : [];
  if (!federated.includes(COGNITO) || Object.keys(Condition).length > 0) return [];
  return problem('A condition block must be present for the Cognito provider', 'Condition');
}

function notPrincipal(kind: PolicyKind, effect: ReadStatement['Effect']): string {
  if (kind === 'resource') return 'NotPrincipal is not supported by local-aws';
  return effect === 'Allow'
    ? 'Allow with NotPrincipal is not allowed.'
    : 'AssumeRole policy must not contain NotPrincipal field.';
}
