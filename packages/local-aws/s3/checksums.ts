import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { NotSupportedError } from '../core/errors.ts';
import { badDigest } from './errors.ts';

/** A sum that a client has made of a body. */
export interface Checksum {
  /** As headers name it: `crc32`. */
  algorithm: Algorithm;
  /** Base64. */
  value: string;
}

type Algorithm = 'crc32' | 'sha1' | 'sha256';
const ALGORITHMS: readonly Algorithm[] = ['crc32', 'sha1', 'sha256'];
const HEADER = /^x-amz-checksum-(.+)$/;

/** The algorithm of a header, `x-amz-checksum-crc32`. Throws NotSupportedError for those that are not verified here. */
function algorithmIn(header: string): Algorithm {
  const name = HEADER.exec(header)?.[1] ?? header;
  const found = ALGORITHMS.find((algorithm) => algorithm === name);
  if (found) return found;
  throw new NotSupportedError(`the checksum ${name}`, `It verifies ${ALGORITHMS.join(', ')}`);
}

/** Sums up a body in the way that its client has, and compares. */
export interface Summing {
  update(chunk: Buffer): void;
  /** `expected` is known by now, from the head or from behind the body. Throws AwsError BadDigest. */
  verified(): Checksum | undefined;
  expect(header: string, value: string): void;
}

/**
 * Begins a sum of the kind that the request's headers name, with the value or, for a body in chunks, without it (`x-amz-trailer`).
 * Throws NotSupportedError.
 */
export function summing(headers: Readonly<Record<string, string>>): Summing {
  const stated = Object.keys(headers).find((name) => ALGORITHMS.some((one) => name === `x-amz-checksum-${one}`));
  const unknown = Object.keys(headers).find(
    (name) => HEADER.test(name) && !/-(algorithm|mode|type)$/.test(name) && name !== stated,
  );
  const named = stated ?? unknown ?? headers['x-amz-trailer'];
  let expected = stated === undefined ? undefined : headers[stated];
  if (named === undefined) return { update: () => undefined, expect: () => undefined, verified: () => undefined };
  const algorithm = algorithmIn(named);
  let crc = 0;
  const hash = algorithm === 'crc32' ? undefined : createHash(algorithm);
  return {
    update(chunk) {
      if (hash) hash.update(chunk);
      else crc = crc32(chunk, crc);
    },
    expect(header, value) {
      if (header === `x-amz-checksum-${algorithm}`) expected = value;
    },
    verified() {
      const value = hash ? hash.digest('base64') : base64Of(crc);
      if (expected !== value) {
        throw badDigest(`The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
      }
      return { algorithm, value };
    },
  };
}

function base64Of(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}
