import { invalidParameter, notAuthorized } from './errors.ts';
import type { PoolClient } from './model.ts';
import type { PoolProperties } from './resources/poolProperties.ts';

/** What every pool has: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
export const STANDARD_ATTRIBUTES: ReadonlySet<string> = new Set([
  'address',
  'birthdate',
  'email',
  'email_verified',
  'family_name',
  'gender',
  'given_name',
  'locale',
  'middle_name',
  'name',
  'nickname',
  'phone_number',
  'phone_number_verified',
  'picture',
  'preferred_username',
  'profile',
  'sub',
  'updated_at',
  'website',
  'zoneinfo',
]);

/** What users themselves never set. */
const GIVEN = new Set(['sub', 'email_verified', 'phone_number_verified']);
const LONGEST_VALUE = 2048;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+\d{1,15}$/;

type Schema = PoolProperties['Schema'];
type SchemaAttribute = NonNullable<Schema>[number];

/** What the template says of an attribute; undefined: nothing. */
function describedAs(schema: Schema, name: string): SchemaAttribute | undefined {
  return schema?.find(({ Name }) => name === (STANDARD_ATTRIBUTES.has(Name) ? Name : `custom:${Name}`));
}

/** Names of the attributes that a user of the pool must have. */
export function requiredAttributes(schema: Schema): string[] {
  return (schema ?? []).filter(({ Required }) => Required).map(({ Name }) => Name);
}

/**
 * Throws AwsError InvalidParameterException, in Cognito's words, for attributes that do not fit. `before`: what the user has
 * already; left out for a new one, which must have all that is required.
 */
export function checkAttributes(
  schema: Schema,
  attributes: Readonly<Record<string, string>>,
  before?: Readonly<Record<string, string>>,
): void {
  const problems = Object.entries(attributes).flatMap(([name, value]) => {
    const problem = problemOf(schema, name, value, before);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
  if (!before)
    for (const name of requiredAttributes(schema))
      if (!attributes[name]) problems.push(`${name}: The attribute is required`);
  if (problems.length > 0)
    throw invalidParameter(`Attributes did not conform to the schema: ${problems.map((one) => `${one}\n`).join('')}`);
  if (attributes.email && !EMAIL.test(attributes.email)) throw invalidParameter('Invalid email address format.');
  if (attributes.phone_number && !PHONE.test(attributes.phone_number))
    throw invalidParameter('Invalid phone number format.');
}

function problemOf(
  schema: Schema,
  name: string,
  value: string,
  before: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const described = describedAs(schema, name);
  if (name === 'sub' || (!described && !STANDARD_ATTRIBUTES.has(name)))
    return 'Attribute does not exist in the schema.';
  if (before && name in before && described?.Mutable === false) return 'Attribute cannot be updated.';
  if (value.length > LONGEST_VALUE) return `Attribute value length must not be greater than ${LONGEST_VALUE}`;
  if (!described) return undefined;
  const { AttributeDataType: type, StringAttributeConstraints: text, NumberAttributeConstraints: number } = described;
  if (type === 'Number' && !/^-?\d+(\.\d+)?$/.test(value)) return 'Attribute value is no number';
  if (type === 'Boolean' && !/^(true|false)$/.test(value)) return 'Attribute value is no boolean';
  const isTooSmall =
    value.length < Number(text?.MinLength ?? 0) || Number(value) < Number(number?.MinValue ?? '-Infinity');
  if (isTooSmall) return 'Attribute value is smaller than its least';
  const isTooLarge =
    value.length > Number(text?.MaxLength ?? LONGEST_VALUE) || Number(value) > Number(number?.MaxValue ?? 'Infinity');
  return isTooLarge ? 'Attribute value is larger than its greatest' : undefined;
}

/** Throws AwsError NotAuthorizedException when a client sets what it may not. */
export function checkWritable({ properties: { WriteAttributes } }: PoolClient, names: readonly string[]): void {
  const isWritable = (name: string) => !GIVEN.has(name) && (WriteAttributes?.includes(name) ?? true);
  if (!names.every(isWritable)) throw notAuthorized('A client attempted to write unauthorized attribute');
}

/** What a client gets to read of a user. */
export function readable(
  { properties: { ReadAttributes } }: PoolClient,
  attributes: Readonly<Record<string, string>>,
): Record<string, string> {
  if (!ReadAttributes) return { ...attributes };
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => ReadAttributes.includes(name)));
}
