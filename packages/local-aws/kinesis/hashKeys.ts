import { hash } from 'node:crypto';

/**
 * Hash keys are whole numbers of 128 bits, in decimal on the wire. Here they are 32 hexadecimal digits, which compare as the numbers do, and
 * which MD5 gives at once.
 */
export type HashKey = string;

const DIGITS = 32;
const ALL = 2n ** 128n;

export const FIRST_KEY: HashKey = '0'.repeat(DIGITS);
export const LAST_KEY: HashKey = 'f'.repeat(DIGITS);

/** Where the records of a partition key go: https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key */
export const hashOf = (partitionKey: string): HashKey => hash('md5', partitionKey, 'hex');

/** From decimal digits; undefined when the number is beyond 128 bits. */
export function hashKey(decimal: string): HashKey | undefined {
  const value = BigInt(decimal);
  return value < ALL ? keyOf(value) : undefined;
}

export const decimal = (key: HashKey): string => BigInt(`0x${key}`).toString();

/** The key so many further on (or before). */
export const keyAfter = (key: HashKey, steps: bigint): HashKey => keyOf(BigInt(`0x${key}`) + steps);

/** The first keys of so many ranges of the same size, as AWS divides them: what is left over is in the last. */
export function evenStarts(count: number): HashKey[] {
  const size = ALL / BigInt(count);
  return Array.from({ length: count }, (_, index) => keyOf(size * BigInt(index)));
}

const keyOf = (value: bigint): HashKey => value.toString(16).padStart(DIGITS, '0');
