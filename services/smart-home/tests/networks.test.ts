import { check, compile } from '@arcade/networks';
import { describe, expect, it } from '@jest/globals';
import { NETWORK_NAMES, networksOf } from '../networks.ts';

describe.each(NETWORK_NAMES)('the network %s', (name) => {
  it('has nothing to be said against it, and compiles', () => {
    const network = networksOf()[name];

    expect(check(network)).toEqual([]);
    expect(Object.keys(compile(network).functions)).toContain('entrypoint');
  });
});
