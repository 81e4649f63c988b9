import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import type { CallContext } from '../core/service.ts';
import type { Logs } from '../logs/index.ts';
import { invalidLambdaResponse } from './errors.ts';
import type { User } from './model.ts';
import type { Pool } from './pools.ts';
import { attributesFor, type Triggers } from './triggers.ts';

/** What is mailed, as the function that may write it is told. */
export type MailSource =
  | 'CustomMessage_SignUp'
  | 'CustomMessage_ResendCode'
  | 'CustomMessage_ForgotPassword'
  | 'CustomMessage_AdminCreateUser'
  | 'CustomMessage_UpdateUserAttribute'
  | 'CustomMessage_VerifyUserAttribute';

/** Where a code was sent, as clients are told. */
export interface CodeDelivery {
  AttributeName: 'email';
  DeliveryMedium: 'EMAIL';
  Destination: string;
}

/** Where a pool's mail goes, which leaves no laptop. */
export const mailLogOf = (poolId: string): string => `/aws/cognito/${poolId}`;

const message = z.looseObject({ emailMessage: z.string().nullish(), emailSubject: z.string().nullish() });
const CODE = '{####}';
const NAME = '{username}';

/** Six digits. */
export const newCode = (): string => String(randomInt(1_000_000)).padStart(6, '0');

/** What is told of an address: `b***@e***`. */
export function masked(email: string): string {
  const [local = '', domain = ''] = email.split('@');
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***`;
}

/** Where a code would have gone to, for who asks about a user that is not there. */
export function madeUpDelivery(name: string): CodeDelivery {
  const initial = name.slice(0, 1).toLowerCase();
  return { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: `${initial}***@${initial}***` };
}

/** Writes what Cognito would mail into the pool's log, which is the owner's alone to read; the journal says that it was, and no more. */
export class Mail {
  readonly #core: Core;
  readonly #logs: Pick<Logs, 'write'>;
  readonly #triggers: Triggers;

  constructor(core: Core, logs: Pick<Logs, 'write'>, triggers: Triggers) {
    this.#core = core;
    this.#logs = logs;
    this.#triggers = triggers;
  }

  /** Sends a code, or a temporary password, to a user who has an address. Throws AwsError of the function that writes the mail. */
  async send(
    pool: Pool,
    user: User,
    source: MailSource,
    { secret, clientId, clientMetadata }: { secret: string; clientId?: string; clientMetadata?: object | undefined },
    context: CallContext,
  ): Promise<CodeDelivery> {
    const { email = '' } = user.attributes;
    const isInvitation = source === 'CustomMessage_AdminCreateUser';
    const written = await this.#triggers.call(
      pool,
      'CustomMessage',
      {
        source,
        userName: user.name,
        clientId,
        request: {
          userAttributes: attributesFor(user),
          codeParameter: CODE,
          usernameParameter: isInvitation ? NAME : null,
          ...(clientMetadata && { clientMetadata }),
        },
        response: { smsMessage: null, emailMessage: null, emailSubject: null },
      },
      message,
      context,
    );
    const template = templateOf(pool, isInvitation);
    const text = written?.emailMessage ?? template.text;
    if (!text.includes(CODE)) throw invalidLambdaResponse(`The emailMessage of CustomMessage does not have ${CODE}.`);
    const subject = written?.emailSubject ?? template.subject;
    const body = text.replaceAll(CODE, () => secret).replaceAll(NAME, () => user.name);
    const nowMs = this.#core.clock.now();
    const line = `To: ${email} | Subject: ${subject} | ${body}`.replaceAll(/\s+/g, ' ');
    this.#logs.write(mailLogOf(pool.id), 'mail', [{ timestampMs: nowMs, message: line }]);
    const Destination = masked(email);
    this.#core.journal.record({
      kind: 'delivery',
      service: 'cognito-idp',
      action: 'SendMail',
      from: pool.arn,
      outcome: 'ok',
      ...(context.correlationId !== undefined && { correlationId: context.correlationId }),
      detail: { source, destination: Destination, log: mailLogOf(pool.id) },
    });
    return { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination };
  }
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html */
function templateOf({ properties }: Pool, isInvitation: boolean): { subject: string; text: string } {
  if (isInvitation) {
    const { EmailSubject, EmailMessage } = properties.AdminCreateUserConfig?.InviteMessageTemplate ?? {};
    return {
      subject: EmailSubject ?? 'Your temporary password',
      text: EmailMessage ?? `Your username is ${NAME} and temporary password is ${CODE}.`,
    };
  }
  const { VerificationMessageTemplate: verification, EmailVerificationSubject, EmailVerificationMessage } = properties;
  return {
    subject: verification?.EmailSubject ?? EmailVerificationSubject ?? 'Your verification code',
    text: verification?.EmailMessage ?? EmailVerificationMessage ?? `Your confirmation code is ${CODE}`,
  };
}
