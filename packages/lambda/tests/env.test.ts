import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { environment } from '../env.ts';
import { VariableError } from '../errors.ts';

const schemas = { TABLE: z.string(), LIMIT: z.coerce.number().check(z.int(), z.gte(1)) };

describe('environment', () => {
  it('gives what the schemas make of the variables', () => {
    const { TABLE, LIMIT } = environment(schemas, { TABLE: 'match', LIMIT: '7' });

    expect([TABLE, LIMIT]).toEqual(['match', 7]);
  });

  it.each([[{}], [{ TABLE: '' }], [{ table: 'match' }]])('names the variable that is missing in %j', (variables) => {
    const read = () => environment(schemas, variables).TABLE;

    expect(read).toThrow(VariableError);
    expect(read).toThrow('the environment variable TABLE is not set');
  });

  it.each([
    ['0', /^the environment variable LIMIT is '0': Too small: expected number to be >=1$/],
    ['many', /^the environment variable LIMIT is 'many': .*expected number/],
    ['', /LIMIT is not set/],
  ])('names the variable, the value %j and what is wrong with it', (LIMIT, message) => {
    expect(() => environment(schemas, { LIMIT }).LIMIT).toThrow(message);
  });

  it('asks for no more than is read', () => {
    expect(environment(schemas, { TABLE: 'match', LIMIT: 'many' }).TABLE).toBe('match');
  });
});
