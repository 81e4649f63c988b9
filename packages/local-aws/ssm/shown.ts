import { AwsError } from '../core/errors.ts';
import { parameterArn } from './names.ts';
import type { Version } from './parameters.ts';

/** A parameter as reads give it. `value`: what it says, or how that is sealed. */
export const shown = (name: string, version: Version, value: string) => ({
  ARN: parameterArn(name),
  DataType: 'text',
  LastModifiedDate: version.changedMs / 1000,
  Name: name,
  Type: version.type,
  Value: value,
  Version: version.version,
});

/** What is said of a parameter without what it says. */
export function described(name: string, version: Version | undefined) {
  if (!version) return undefined;
  const { type, description, allowedPattern, tier, changedMs, changedBy, version: Version } = version;
  return {
    Name: name,
    ARN: parameterArn(name),
    Type: type,
    ...(version.keyId !== undefined && { KeyId: version.keyId }),
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
