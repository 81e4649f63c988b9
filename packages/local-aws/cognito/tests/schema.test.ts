import { describe, expect, it } from '@jest/globals';
import { poolProperties } from '../resources/poolProperties.ts';
import { checkAttributes } from '../schema.ts';

const { Schema } = poolProperties.parse({
  Schema: [
    { Name: 'email', Required: true },
    { Name: 'team', StringAttributeConstraints: { MinLength: '2', MaxLength: '4' } },
    { Name: 'rank', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '0', MaxValue: '9' } },
    { Name: 'guest', AttributeDataType: 'Boolean', Mutable: false },
  ],
});
const email = { email: 'a@example.org' };
const unfit = (...problems: string[]) =>
  `Attributes did not conform to the schema: ${problems.map((one) => `${one}\n`).join('')}`;

describe('attributes of a user', () => {
  it.each<[object, object | undefined]>([
    [email, undefined],
    [
      { ...email, 'custom:team': 'reds', 'custom:rank': '9', 'custom:guest': 'true', phone_number: '+491234' },
      undefined,
    ],
    [{ 'custom:team': 'blue' }, email],
    [{ 'custom:guest': 'true' }, email],
  ])('%j fit beside %j', (attributes, before) => {
    expect(() => checkAttributes(Schema, attributes as never, before as never)).not.toThrow();
  });

  it.each<[object, object | undefined, string]>([
    [{}, undefined, unfit('email: The attribute is required')],
    [{ ...email, team: 'reds' }, undefined, unfit('team: Attribute does not exist in the schema.')],
    [{ ...email, sub: 'x' }, undefined, unfit('sub: Attribute does not exist in the schema.')],
    [{ ...email, 'custom:team': 'r' }, undefined, unfit('custom:team: Attribute value is smaller than its least')],
    [
      { ...email, 'custom:team': 'green' },
      undefined,
      unfit('custom:team: Attribute value is larger than its greatest'),
    ],
    [{ ...email, 'custom:rank': '-1' }, undefined, unfit('custom:rank: Attribute value is smaller than its least')],
    [{ ...email, 'custom:rank': '10' }, undefined, unfit('custom:rank: Attribute value is larger than its greatest')],
    [{ ...email, 'custom:rank': 'high' }, undefined, unfit('custom:rank: Attribute value is no number')],
    [{ ...email, 'custom:guest': 'yes' }, undefined, unfit('custom:guest: Attribute value is no boolean')],
    [{ 'custom:guest': 'false' }, { 'custom:guest': 'true' }, unfit('custom:guest: Attribute cannot be updated.')],
    [
      { ...email, name: 'x'.repeat(2049) },
      undefined,
      unfit('name: Attribute value length must not be greater than 2048'),
    ],
    [
      { 'custom:a': '', 'custom:b': '' },
      email,
      unfit('custom:a: Attribute does not exist in the schema.', 'custom:b: Attribute does not exist in the schema.'),
    ],
    [{ email: 'a@b' }, undefined, 'Invalid email address format.'],
    [{ ...email, phone_number: '123' }, undefined, 'Invalid phone number format.'],
  ])('%j do not fit beside %j', (attributes, before, message) => {
    expect(() => checkAttributes(Schema, attributes as never, before as never)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterException', message }),
    );
  });
});
