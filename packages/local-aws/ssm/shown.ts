import { AwsError } from '../core/errors.ts';
import { parameterArn } from './names.ts';
import type { Version } from './parameters.ts';

/** What those see who ask for decryption, or do not. */
export const textOf = ({ value, sealed }: Version, isDecrypted: boolean) => (isDecrypted ? value : (sealed ?? value));

/** A parameter as reads give it; undefined where it has no such version. */
export function shown(name: string, version: Version | undefined, isDecrypted: boolean) {
  return (
    version && {
      ARN: parameterArn(name),
      DataType: 'text',
      LastModifiedDate: version.changedMs / 1000,
      Name: name,
      Type: version.type,
      Value: textOf(version, isDecrypted),
      Version: version.version,
    }
  );
}

/** What is said of a parameter without what it says. */
export function described(name: string, version: Version | undefined) {
  if (!version) return undefined;
  const { type, description, allowedPattern, tier, changedMs, changedBy, version: Version } = version;
  return {
    Name: name,
    ARN: parameterArn(name),
    Type: type,
    ...(type === 'SecureString' && { KeyId: 'alias/aws/ssm' }),
    LastModifiedDate: changedMs / 1000,
    LastModifiedUser: changedBy,
    ...(description !== undefined && { Description: description }),
    ...(allowedPattern !== undefined && { AllowedPattern: allowedPattern }),
    Version,
    Tier: tier,
    Policies: [],
    DataType: 'text',
  };
}

/** One page of a list; the token is the place where the next begins. */
export function pageOf<Item>(
  all: readonly Item[],
  { MaxResults, NextToken = '0' }: { MaxResults: number; NextToken?: string | undefined },
) {
  if (!/^\d{1,9}$/.test(NextToken)) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const end = Number(NextToken) + MaxResults;
  return { page: all.slice(Number(NextToken), end), ...(end < all.length && { NextToken: String(end) }) };
}
