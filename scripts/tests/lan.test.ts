import { describe, expect, it } from '@jest/globals';
import { decodeQR } from 'qr/decode.js';
import { lanAddress, qrLines } from '../lan.ts';

/** How many pixels a module is wide, as a camera sees it. */
const SCALE = 4;

/** What a camera sees of lines that a terminal prints. */
function seen(lines: readonly string[]) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours begin with
  const rows = lines.map((line) => [...line.replace(/\u001b\[[\d;]*m/g, '')]);
  const width = (rows[0]?.length ?? 0) * SCALE;
  const height = rows.length * 2 * SCALE;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const isUpper = Math.floor(y / SCALE) % 2 === 0;
      const cell = rows[Math.floor(y / SCALE / 2)]?.[Math.floor(x / SCALE)] ?? ' ';
      if ((isUpper ? '█▀' : '█▄').includes(cell)) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  return { width, height, data };
}

describe('the code for phones', () => {
  it.each(['http://192.168.1.5:4000', 'http://10.255.255.255:65000'])('is read by a camera as %s', async (url) => {
    const lines = await qrLines(url);

    expect(decodeQR(seen(lines))).toBe(url);
    expect(lines.length).toBeLessThan(18);
  });
});

describe('the address in the network', () => {
  it('is the one that is named, when it is one of this machine', async () => {
    const own = await lanAddress('').catch(() => '127.0.0.2');

    expect(await lanAddress(own)).toBe(own);
  });

  it.each(['my-laptop.local', '0.0.0.0', '127.0.0.1', '203.0.113.9', '::1'])(
    'is not %s, which is none of this machine: it says which there are',
    async (named) => {
      await expect(lanAddress(named)).rejects.toThrow(`WEB_LAN_ADDRESS: ${named} is no IPv4 address`);
    },
  );
});
