import { z } from 'zod';

/** The flows that are carried out; SRP, custom challenges and one-time codes are refused by name. */
const FLOWS = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'USER_PASSWORD_AUTH',
  'ADMIN_NO_SRP_AUTH',
] as const;

const UNIT_SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const unit = z.enum(['seconds', 'minutes', 'hours', 'days']).optional();
const validity = z.int().min(0).max(315_360_000).optional();
const attributes = z.array(z.string().min(1).max(2048)).optional();

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
const BOUNDS = {
  id: { least: 300, most: 86_400 },
  access: { least: 300, most: 86_400 },
  refresh: { least: 3600, most: 315_360_000 },
};

/** `AWS::Cognito::UserPoolClient`. All that a hosted login page needs (`AllowedOAuthFlows`, `CallbackURLs`) is refused by name. */
export const clientProperties = z
  .strictObject({
    UserPoolId: z.string(),
    ClientName: z
      .string()
      .regex(/^[\w\s+=,.@-]{1,128}$/)
      .optional(),
    GenerateSecret: z.boolean().default(false),
    ExplicitAuthFlows: z
      .array(
        z.enum(
          FLOWS,
          'local-aws signs in by password, and refreshes: ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH',
        ),
      )
      .optional(),
    IdTokenValidity: validity,
    AccessTokenValidity: validity,
    RefreshTokenValidity: validity,
    TokenValidityUnits: z.strictObject({ IdToken: unit, AccessToken: unit, RefreshToken: unit }).optional(),
    AuthSessionValidity: z.int().min(3).max(15).default(3),
    PreventUserExistenceErrors: z.enum(['ENABLED', 'LEGACY']).default('LEGACY'),
    EnableTokenRevocation: z.literal(true, 'local-aws knows clients with revocation only').optional(),
    ReadAttributes: attributes,
    WriteAttributes: attributes,
    SupportedIdentityProviders: z.array(z.literal('COGNITO', 'local-aws knows no other identity provider')).optional(),
  })
  .superRefine((client, context) => {
    const seconds = lifetimesOf(client);
    for (const use of ['id', 'access', 'refresh'] as const) {
      const { least, most } = BOUNDS[use];
      if (seconds[use] >= least && seconds[use] <= most) continue;
      const message = `Invalid range for ${use} token validity: it is ${seconds[use]} seconds, not ${least} to ${most}`;
      context.addIssue({ code: 'custom', message });
    }
    if (seconds.refresh < Math.max(seconds.id, seconds.access))
      context.addIssue({ code: 'custom', message: 'Refresh token validity is shorter than that of the other tokens' });
  });

export type ClientProperties = z.output<typeof clientProperties>;

type Lifetimes = Pick<
  ClientProperties,
  'IdTokenValidity' | 'AccessTokenValidity' | 'RefreshTokenValidity' | 'TokenValidityUnits'
>;

/** How long what a client gets is good, in seconds: an hour, and 30 days for what refreshes it, unless it says otherwise. */
export function lifetimesOf(client: Lifetimes): { id: number; access: number; refresh: number } {
  const { IdToken = 'hours', AccessToken = 'hours', RefreshToken = 'days' } = client.TokenValidityUnits ?? {};
  return {
    id: (client.IdTokenValidity ?? 0) * UNIT_SECONDS[IdToken] || UNIT_SECONDS.hours,
    access: (client.AccessTokenValidity ?? 0) * UNIT_SECONDS[AccessToken] || UNIT_SECONDS.hours,
    refresh: (client.RefreshTokenValidity ?? 0) * UNIT_SECONDS[RefreshToken] || 30 * UNIT_SECONDS.days,
  };
}

/** Whether it may sign in so. What names no flows may refresh only: SRP, which AWS lets it do as well, is not known here. */
export function allows(
  client: Pick<ClientProperties, 'ExplicitAuthFlows'>,
  flow: 'USER_PASSWORD_AUTH' | 'REFRESH_TOKEN_AUTH' | 'ADMIN_USER_PASSWORD_AUTH',
): boolean {
  const flows: readonly string[] = client.ExplicitAuthFlows ?? [];
  const isLegacy = flows.some((name) => !name.startsWith('ALLOW_'));
  if (flow === 'REFRESH_TOKEN_AUTH' && (flows.length === 0 || isLegacy)) return true;
  const legacyName = flow === 'ADMIN_USER_PASSWORD_AUTH' ? 'ADMIN_NO_SRP_AUTH' : flow;
  return flows.includes(`ALLOW_${flow}`) || flows.includes(legacyName);
}
