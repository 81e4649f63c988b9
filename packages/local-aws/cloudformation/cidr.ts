/**
 * Fn::Cidr for IPv4: splits a block into `count` blocks of `cidrBits` host bits.
 * Throws a TypeError that says what does not fit.
 */
export function splitCidr(block: string, count: number, cidrBits: number): string[] {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(block);
  const [, ...numbers] = match?.map(Number) ?? [];
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = numbers;
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) throw new TypeError(`'${block}' is not an IPv4 block`);
  if (!Number.isInteger(count) || count < 1 || count > 256) throw new TypeError('the count is not between 1 and 256');
  const sizeOfEach = 2 ** cidrBits;
  if (!Number.isInteger(cidrBits) || cidrBits < 1 || count * sizeOfEach > 2 ** (32 - prefix)) {
    throw new TypeError(`${block} does not hold ${count} blocks of ${cidrBits} bits`);
  }
  const size = 2 ** (32 - prefix);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const start = address - (address % size);
  return Array.from({ length: count }, (_, index) => {
    const first = start + index * sizeOfEach;
    const octets = [first / 2 ** 24, first / 2 ** 16, first / 2 ** 8, first].map((part) => Math.floor(part) % 256);
    return `${octets.join('.')}/${32 - cidrBits}`;
  });
}
