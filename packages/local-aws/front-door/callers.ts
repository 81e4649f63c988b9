import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { ANONYMOUS, type Principal, ROOT } from '../core/principal.ts';
import type { Iam } from '../iam/index.ts';
import type { Keys } from '../keys.ts';
import { expiredTokenError, missingTokenError, needsKeyError, unknownKeyError } from './errors.ts';
import type { ResolvedCall } from './resolve.ts';
import type { Signature } from './signature.ts';

/** Finds out who calls an operation. Throws AwsError when it is nobody who may call anything. */
export type Callers = (signature: Signature | undefined, call: ResolvedCall) => Principal;

/** The access key that everybody knows: the laptop's owner, for all that neither brings code nor permissions in. */
const OPEN_KEY = 'local';

/** What callers are told by. */
export interface CallersParts {
  core: Pick<Core, 'clock'>;
  iam: Pick<Iam, 'principalOf'>;
  /** The owner's own access key. */
  keys: Pick<Keys, 'accessKeyId'>;
}

/** Those at the main port: the owner, with either key, and sessions of roles. */
export function anyCallers(parts: CallersParts): Callers {
  const sessions = sessionCallers(parts);
  return (signature, call) => {
    if (signature?.accessKeyId === parts.keys.accessKeyId) return ROOT;
    if (signature?.accessKeyId !== OPEN_KEY) return sessions(signature, call);
    const { service, operation, input } = call;
    if (service.changing?.has(operation) || service.changes?.(operation, input))
      throw needsKeyError(service, operation);
    return ROOT;
  };
}

/** Those at the functions' door: sessions of roles alone. What a function may do, its role says. */
export function sessionCallers({ core, iam }: Omit<CallersParts, 'keys'>): Callers {
  return (signature, { service, operation }) => {
    if (!signature) {
      if (service.unsigned?.has(operation)) return ANONYMOUS;
      throw missingTokenError(service);
    }
    const principal = iam.principalOf(signature.accessKeyId);
    if (!principal) throw unknownKeyError(service, signature.accessKeyId);
    if (principal.kind === 'role' && (principal.expiresAtMs ?? Number.POSITIVE_INFINITY) <= core.clock.now())
      throw expiredTokenError(service);
    return principal;
  };
}

/** What a door of functions answers instead of `/_local/*`. */
export function notForFunctions(path: string): AwsError {
  const message = `${path} is for the laptop's owner: functions have AWS's own APIs, with the credentials of their role.`;
  return new AwsError('Forbidden', message, { status: 403 });
}
