import { AwsError } from '../core/errors.ts';

/** A parameter that SNS does not take: `Invalid parameter: <name> Reason: <reason>`. */
export function invalidParameter(name: string, reason?: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${name}${reason ? ` Reason: ${reason}` : ''}`);
}

/** The topic or subscription is not there. */
export function notFound(what: 'Topic' | 'Subscription'): AwsError {
  return new AwsError('NotFound', `${what} does not exist`, { status: 404 });
}
