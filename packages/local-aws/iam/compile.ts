import { LOCAL_ACCOUNT } from '../core/arn.ts';
import { NotSupportedError } from '../core/errors.ts';
import type { Principal } from '../core/principal.ts';
import type { PolicyDocument, PolicyStatement } from '../core/service.ts';
import { CONDITION_OPERATORS, type Condition, compileCondition } from './conditions.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import type { RequestKeys } from './requestKeys.ts';

/** How the `Principal` of a statement fits who asks. */
export type PrincipalFit =
  /** Named itself (its role, its session, its service), or everyone is. */
  | 'named'
  /** Its account is named: a Deny holds for it; an Allow only passes the question on to its own policies. */
  | 'account'
  | 'none';

/** A statement of a policy, compiled once and asked often. */
export interface CompiledStatement {
  effect: 'Allow' | 'Deny';
  fitsAction(action: string, keys: RequestKeys): boolean;
  /** Always true where the statement names no resource: trust policies, and resource policies that mean their own. */
  fitsResource(resource: string, keys: RequestKeys): boolean;
  fitsPrincipal(principal: Principal): PrincipalFit;
  conditions: Condition[];
}

/** The policy language that has variables. */
const VERSION_WITH_VARIABLES = '2012-10-17';

const listOf = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/**
 * Compiles a policy that has passed the schema of its kind (policySchema.ts). Throws NotSupportedError for what local-aws
 * does not evaluate.
 */
export function compilePolicy(document: PolicyDocument): CompiledStatement[] {
  const variables = document.Version === VERSION_WITH_VARIABLES;
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return statements.map((statement) => compileStatement(statement, variables));
}

const compiledDocuments = new WeakMap<PolicyDocument, CompiledStatement[]>();

/** As `compilePolicy`, but each document object only once: resource policies come along with every call. */
export function compiledPolicy(document: PolicyDocument): CompiledStatement[] {
  let compiled = compiledDocuments.get(document);
  if (!compiled) {
    compiled = compilePolicy(document);
    compiledDocuments.set(document, compiled);
  }
  return compiled;
}

function compileStatement(statement: PolicyStatement, variables: boolean): CompiledStatement {
  const actions = patterns(listOf(statement.Action ?? statement.NotAction), true, variables);
  const resources = patterns(listOf(statement.Resource ?? statement.NotResource), false, variables);
  const namesResources = statement.Resource !== undefined || statement.NotResource !== undefined;
  return {
    effect: statement.Effect,
    fitsAction: (action, keys) => (statement.NotAction ? fitsNone : fitsOne)(actions, action, keys),
    fitsResource: (resource, keys) =>
      !namesResources || (statement.NotResource ? fitsNone : fitsOne)(resources, resource, keys),
    fitsPrincipal: compilePrincipal(statement.Principal),
    conditions: compileConditions(statement.Condition, variables),
  };
}

function patterns(texts: string[], isAction: boolean, variables: boolean): Pattern[] {
  // Actions are compared without regard to case and hold no variables; resources are compared exactly.
  return texts.map((text) => compilePattern(text, { wildcards: true, ignoreCase: isAction }, variables && !isAction));
}

const fitsOne = (compiled: Pattern[], text: string, keys: RequestKeys) =>
  compiled.some((pattern) => pattern(keys)?.(text) ?? false);

/** A pattern whose variable the request lacks fits nothing and excludes nothing: the statement does not apply. */
const fitsNone = (compiled: Pattern[], text: string, keys: RequestKeys) =>
  compiled.every((pattern) => pattern(keys)?.(text) === false);

/** Keys that no request carries here: `ForAllValues` holds of what is missing, so it would let everything through. */
const NEVER_SET =
  /^(dynamodb:(?!(LeadingKeys|ReturnValues)$)|kms:(?!(CallerAccount|EncryptionContextKeys|EncryptionContext:.+|RequestAlias|ResourceAliases|ViaService)$))/i;

function compileConditions(condition: PolicyStatement['Condition'], variables: boolean): Condition[] {
  return Object.entries(condition ?? {}).flatMap(([operator, byKey]) =>
    Object.entries(byKey).map(([key, wanted]) => {
      if (NEVER_SET.test(key)) throw new NotSupportedError(`the condition key '${key}' in a policy`);
      const compiled = compileCondition(operator, key, listOf(wanted), variables);
      if (compiled) return compiled;
      throw new NotSupportedError(
        `the condition operator '${operator}' in a policy`,
        `It evaluates ${CONDITION_OPERATORS.join(', ')}, with ForAllValues:, ForAnyValue: and IfExists`,
      );
    }),
  );
}

const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated'];

function compilePrincipal(principal: PolicyStatement['Principal']): CompiledStatement['fitsPrincipal'] {
  if (principal === undefined) return () => 'named';
  if (principal === '*') return () => 'named';
  for (const type of Object.keys(principal)) {
    if (!PRINCIPAL_TYPES.includes(type)) throw new NotSupportedError(`the principal type '${type}' in a policy`);
  }
  const services = new Set(listOf(principal.Service));
  const providers = new Set(listOf(principal.Federated));
  const identities = listOf(principal.AWS);
  if (identities.includes('*')) return () => 'named';
  const named = new Set(identities);
  const namesAccount = named.has(LOCAL_ACCOUNT) || named.has(`arn:aws:iam::${LOCAL_ACCOUNT}:root`);

  return (asking) => {
    if (asking.kind === 'service') return services.has(asking.service) ? 'named' : 'none';
    if (asking.kind === 'federated') return providers.has(asking.provider) ? 'named' : 'none';
    if (asking.kind === 'anonymous') return 'none';
    if (named.has(asking.arn) || (asking.kind === 'role' && named.has(asking.roleArn))) return 'named';
    return namesAccount ? 'account' : 'none';
  };
}
