import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { checkProperties } from '../checkProperties.ts';
import { pending } from '../pending.ts';

const target = z.strictObject({
  Id: z.string(),
  Arn: z.string().regex(/^arn:/),
  Retries: z.number().max(185).optional(),
});
const schema = z.strictObject({
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Port: z.union([z.literal(80), z.literal(443)]).optional(),
  Targets: z.array(target).max(2).optional(),
  Principal: z.union([z.literal('*'), z.record(z.string(), z.union([z.string(), z.array(z.string())]))]).optional(),
  Either: z.union([z.strictObject({ Queue: target }), z.strictObject({ Topic: target })]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

const problems = (properties: unknown) => {
  const checked = checkProperties(schema, properties);
  return checked.ok ? [] : checked.problems;
};
const accepted = (properties: unknown) => {
  const checked = checkProperties(schema, properties);
  expect(checked).toMatchObject({ ok: true });
  return checked.ok ? checked.properties : undefined;
};

describe('checking properties against a schema', () => {
  it('fills in defaults, also for a resource without properties', () => {
    expect(accepted(undefined)).toEqual({ State: 'ENABLED' });
  });

  it('reads scalars loosely, inside lists, records and unions as well', () => {
    expect(
      accepted({
        Port: '443',
        Targets: [{ Id: 7, Arn: 'arn:a', Retries: '3' }],
        Principal: { AWS: 123456789012 },
        Either: { Topic: { Id: 'a', Arn: 'arn:b', Retries: '4' } },
        Condition: { Bool: { 'aws:SecureTransport': false } },
      }),
    ).toEqual({
      State: 'ENABLED',
      Port: 443,
      Targets: [{ Id: '7', Arn: 'arn:a', Retries: 3 }],
      Principal: { AWS: '123456789012' },
      Either: { Topic: { Id: 'a', Arn: 'arn:b', Retries: 4 } },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['a required property that is missing', { Targets: [{ Id: 'a' }] }, /^Properties\.Targets\[0\]\.Arn is required$/],
    [
      'a value that is too great',
      { Targets: [{ Id: 'a', Arn: 'arn:', Retries: 200 }] },
      /Targets\[0\]\.Retries: .*185/,
    ],
    ['a word that is not allowed', { State: 'ON' }, /^Properties\.State: .*ENABLED/],
    ['a list that is too long', { Targets: [1, 2, 3].map((Id) => ({ Id, Arn: 'arn:' })) }, /^Properties\.Targets: /],
    [
      'a misspelled property in a union',
      { Either: { Queue: { Id: 'a', Arn: 'arn:', Retrys: 1 } } },
      /Queue\.Retrys .*mean Retries/,
    ],
    ['properties that are no object', [], /^Properties: /],
  ])('names %s', (_title, input, expected) => {
    expect(problems(input)).toEqual([expect.stringMatching(expected)]);
  });

  it('leaves to later what only a stand-in for an unknown value breaks, and nothing else', () => {
    const unknown = pending('Queue.Arn');

    expect(problems({ Targets: [{ Id: 'a', Arn: unknown }] })).toEqual([]);
    expect(problems({ Port: unknown, State: unknown })).toEqual([]);
    expect(problems({ Either: { Queue: { Id: 'a', Arn: unknown } } })).toEqual([]);
    expect(problems({ Targets: [{ Id: 'a', Arn: unknown, Retrys: 1 }] })).toEqual([
      expect.stringContaining('Targets[0].Retrys is not supported'),
    ]);
    expect(problems({ Targets: [{ Arn: unknown }] })).toEqual(['Properties.Targets[0].Id is required']);
  });
});
