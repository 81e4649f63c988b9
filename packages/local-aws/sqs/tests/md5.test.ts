import { expect, it } from '@jest/globals';
import { md5OfAttributes, md5OfBody } from '../md5.ts';

it('gives the digest that AWS gives for an attribute', () => {
  // A published pair of attribute and digest.
  expect(md5OfAttributes({ timestamp: { DataType: 'Number', StringValue: '1493147359900' } })).toBe(
    '235c5c510d26fb653d073faed50ae77c',
  );
});

it('does not depend on the order in which attributes are given', () => {
  const a = { DataType: 'String', StringValue: 'x' };
  const b = { DataType: 'Binary', BinaryValue: 'AP8=' };

  expect(md5OfAttributes({ a, b })).toBe(md5OfAttributes({ b, a }));
});

it('tells a binary value from a text of the same bytes', () => {
  const binary = { a: { DataType: 'Binary', BinaryValue: Buffer.from('x').toString('base64') } };

  expect(md5OfAttributes(binary)).not.toBe(md5OfAttributes({ a: { DataType: 'String', StringValue: 'x' } }));
});

it('has no digest for no attributes', () => {
  expect(md5OfAttributes({})).toBeUndefined();
});

it('digests the bytes of the body', () => {
  expect(md5OfBody('hello')).toBe('5d41402abc4b2a76b9719d911017c592');
});
