import { z } from 'zod';

const role = z.string().regex(/^arn:aws:iam::\d{12}:role\//, 'must be the ARN of a role');

const rule = z.strictObject({
  Claim: z.string().min(1).max(64),
  MatchType: z.enum(['Equals', 'NotEqual', 'StartsWith', 'Contains']),
  Value: z.string().min(1).max(128),
  RoleARN: role,
});

const mapping = z
  .strictObject({
    Type: z.enum(['Token', 'Rules']),
    AmbiguousRoleResolution: z.enum(['AuthenticatedRole', 'Deny'], 'must be AuthenticatedRole or Deny'),
    /** Which client's tokens it is for, where the key of the mapping is only a name for it. */
    IdentityProvider: z.string().optional(),
    RulesConfiguration: z.strictObject({ Rules: z.array(rule).min(1).max(25) }).optional(),
  })
  .refine(({ Type, RulesConfiguration }) => (Type === 'Rules') === (RulesConfiguration !== undefined), {
    message: 'RulesConfiguration goes with the type Rules',
  });

/** `Roles` and `RoleMappings` of `AWS::Cognito::IdentityPoolRoleAttachment`. */
export const roleSettings = z.strictObject({
  Roles: z.strictObject({ authenticated: role.optional() }).default({}),
  RoleMappings: z.record(z.string(), mapping).default({}),
});

export type RoleSettings = z.output<typeof roleSettings>;
type Rule = z.output<typeof rule>;

/** All roles that the settings name, whoever gets them. */
export function rolesIn({ Roles, RoleMappings }: RoleSettings): string[] {
  const byRules = Object.values(RoleMappings).flatMap(({ RulesConfiguration }) => RulesConfiguration?.Rules ?? []);
  return [...(Roles.authenticated ? [Roles.authenticated] : []), ...byRules.map(({ RoleARN }) => RoleARN)];
}

/** Which role somebody gets, or why none. */
export type Choice = { roleArn: string } | { denied: 'custom' | 'ambiguous' | 'none' };

/**
 * The role for who has signed in by a client (`cognito-idp.<region>.amazonaws.com/<pool>:<client>`) with a token that says this.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
 */
export function chooseRole(
  { Roles, RoleMappings }: RoleSettings,
  client: string,
  claims: Readonly<Record<string, unknown>>,
  customRoleArn?: string,
): Choice {
  const found = Object.entries(RoleMappings).find(([key, { IdentityProvider = key }]) => IdentityProvider === client);
  const mapped = found?.[1];
  if (customRoleArn !== undefined) {
    const mayChoose = mapped?.Type === 'Token' && texts(claims['cognito:roles']).includes(customRoleArn);
    return mayChoose ? { roleArn: customRoleArn } : { denied: 'custom' };
  }
  const byMapping =
    mapped?.Type === 'Token'
      ? texts(claims['cognito:preferred_role'])[0]
      : mapped?.RulesConfiguration?.Rules.find((one) => fits(one, claims))?.RoleARN;
  if (byMapping !== undefined) return { roleArn: byMapping };
  if (mapped?.AmbiguousRoleResolution === 'Deny') return { denied: 'ambiguous' };
  return Roles.authenticated === undefined ? { denied: 'none' } : { roleArn: Roles.authenticated };
}

/** A rule whose claim is not there is passed over, also one that wants it to be another. */
function fits({ Claim, MatchType, Value }: Rule, claims: Readonly<Record<string, unknown>>): boolean {
  const found = texts(claims[Claim]);
  if (found.length === 0) return false;
  switch (MatchType) {
    case 'Equals':
      return found.includes(Value);
    case 'NotEqual':
      return !found.includes(Value);
    case 'StartsWith':
      return found.some((text) => text.startsWith(Value));
    case 'Contains':
      return found.some((text) => text.includes(Value));
  }
}

function texts(claim: unknown): string[] {
  if (claim === undefined || claim === null) return [];
  return [claim].flat().map(String);
}
