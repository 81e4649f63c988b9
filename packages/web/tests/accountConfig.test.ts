import { describe, expect, it } from '@jest/globals';
import { accountConfigOf } from '../accountConfig.ts';

const OUTPUTS = {
  ARCADE_USER_POOL_CLIENT_ID: 'client-1',
  ARCADE_IDENTITY_POOL_ID: 'eu-central-1:1f0e6d1a-0000-4000-8000-000000000001',
  ARCADE_CONFIRMS_AT_ONCE: 'false',
};

describe('how one signs in on a deployed page', () => {
  it('is said by the outputs of its stage', () => {
    expect(accountConfigOf(OUTPUTS)).toEqual({
      region: 'eu-central-1',
      userPool: { clientId: 'client-1', endpoint: 'https://cognito-idp.eu-central-1.amazonaws.com/' },
      identityPoolId: OUTPUTS.ARCADE_IDENTITY_POOL_ID,
      aws: {},
      confirmsAtOnce: false,
    });
    expect(accountConfigOf({ ...OUTPUTS, ARCADE_CONFIRMS_AT_ONCE: 'true' })).toMatchObject({ confirmsAtOnce: true });
  });

  it('is not said without them, and refused with some of them', () => {
    expect(accountConfigOf({})).toBeUndefined();
    expect(() => accountConfigOf({ ...OUTPUTS, ARCADE_IDENTITY_POOL_ID: '' })).toThrow(
      'told ARCADE_IDENTITY_POOL_ID too',
    );
  });
});
