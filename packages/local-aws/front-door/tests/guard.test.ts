import { afterEach, describe, expect, it } from '@jest/globals';
import { refusalOf } from '../guard.ts';

const OWN_PORT = 7566;
const statusFor = (origin: string) => refusalOf('localhost', origin, OWN_PORT)?.status;

describe('an arcade whose ports were moved', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it('lets its own pages in, and those of the usual ports no longer', () => {
    process.env.WEB_PORT = '7000';
    process.env.ARCADE_PORT_BASE = '7100';

    expect(['7000', '7100', '7179', '7566'].map((port) => statusFor(`http://localhost:${port}`))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(['4000', '4110', '7180', '7099'].map((port) => statusFor(`http://localhost:${port}`))).toEqual([
      403, 403, 403, 403,
    ]);
  });
});
