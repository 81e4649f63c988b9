import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { environment } from '../env.ts';
import { VariableError } from '../errors.ts';

const count = z.coerce.number().check(z.int(), z.gte(1));
const pair = z.object({ LIMIT: count, MOST: count });
const settings = {
  variables: { TABLE: z.string(), LIMIT: count, MOST: count },
  together: [pair.check(z.refine(({ LIMIT, MOST }) => LIMIT <= MOST, 'limit must be at most most'))],
};

describe('environment', () => {
  it('gives what the schemas make of the variables', () => {
    const { TABLE, LIMIT } = environment(settings, { TABLE: 'match', LIMIT: '7' });

    expect([TABLE, LIMIT]).toEqual(['match', 7]);
  });

  it.each([[{}], [{ TABLE: '' }], [{ table: 'match' }]])('names the variable that is missing in %j', (variables) => {
    const read = () => environment(settings, variables).TABLE;

    expect(read).toThrow(VariableError);
    expect(read).toThrow('the environment variable TABLE is not set');
  });

  it.each([
    ['0', /^the environment variable LIMIT is '0': Too small: expected number to be >=1$/],
    ['many', /^the environment variable LIMIT is 'many': .*expected number/],
    ['', /LIMIT is not set/],
  ])('names the variable, the value %j and what is wrong with it', (LIMIT, message) => {
    expect(() => environment(settings, { LIMIT }).LIMIT).toThrow(message);
  });

  it.each([['LIMIT'], ['MOST']] as const)('says what does not fit together, of which %s is read', (name) => {
    const read = () => environment(settings, { LIMIT: '9', MOST: '8' })[name];

    expect(read).toThrow(/^the environment variable LIMIT is '9' and MOST '8': limit must be at most most$/);
  });

  it.each([[{ LIMIT: '9' }], [{ LIMIT: '9', MOST: '' }], [{ LIMIT: '9', MOST: 'many' }], [{ LIMIT: '9', MOST: '9' }]])(
    'has nothing against %j together, where LIMIT is read',
    (variables) => {
      expect(environment(settings, variables).LIMIT).toBe(9);
    },
  );

  it.each([[{}], [{ CALLBACK_URL: '' }]])('gives undefined in %j for what may be missing', (variables) => {
    const optional = { variables: { CALLBACK_URL: z.optional(z.url()) } };

    expect(environment(optional, variables).CALLBACK_URL).toBeUndefined();
    expect(() => environment(optional, { CALLBACK_URL: 'here' }).CALLBACK_URL).toThrow(/CALLBACK_URL is 'here'/);
  });

  it('asks for no more than is read', () => {
    expect(environment(settings, { TABLE: 'match', LIMIT: 'many' }).TABLE).toBe('match');
  });
});
