import { describe, expect, it } from '@jest/globals';
import type { PolicyStatement } from '../../core/service.ts';
import { checkBucketPolicy, isPublic } from '../policy.ts';

const statement = (more: Partial<PolicyStatement>): PolicyStatement => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::site/*',
  ...more,
});
const policy = (more: Partial<PolicyStatement>) => ({ Version: '2012-10-17', Statement: [statement(more)] });

describe("a bucket's policy", () => {
  it.each([
    ['everybody', {}, true],
    ['everybody, in a list', { Principal: { AWS: ['*', 'arn:aws:iam::000000000000:root'] } }, true],
    ['everybody over TLS', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, true],
    ['everybody from anywhere', { Condition: { StringLike: { 'aws:SourceArn': 'arn:aws:*' } } }, true],
    ['one account', { Principal: { AWS: '000000000000' } }, false],
    ['a service', { Principal: { Service: 'firehose.amazonaws.com' } }, false],
    ['everybody from one place', { Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } } }, false],
    ['nobody', { Effect: 'Deny' as const }, false],
  ])('that is for %s is public: %s', (_who, more, expected) => {
    expect(isPublic(policy(more))).toBe(expected);
  });
  it.each([
    ['an action of another service', { Action: 'sqs:SendMessage' }, 'invalid action'],
    ['another bucket', { Resource: 'arn:aws:s3:::site-of-others/*' }, 'invalid resource'],
    ['a condition that is not evaluated', { Condition: { BinaryEquals: { 'aws:x': 'eA==' } } }, 'not support'],
  ])('that names %s is refused', (_what, more, message) => {
    expect(() => checkBucketPolicy('site', policy(more))).toThrow(message);
  });
});
