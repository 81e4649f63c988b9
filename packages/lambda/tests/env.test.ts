import { describe, expect, it } from '@jest/globals';
import { readEnv, readNumberEnv } from '../env.ts';
import { MissingVariableError } from '../errors.ts';

describe('readEnv', () => {
  it('gives the value', () => {
    expect(readEnv('TABLE', { TABLE: 'match' })).toBe('match');
  });

  it.each([[{}], [{ TABLE: '' }], [{ table: 'match' }]])('names the variable that is missing in %j', (environment) => {
    const read = () => readEnv('TABLE', environment);

    expect(read).toThrow(MissingVariableError);
    expect(read).toThrow('the environment variable TABLE is not set');
  });
});

describe('readNumberEnv', () => {
  it.each([
    ['0', 0],
    ['0.15', 0.15],
    ['-3', -3],
  ])('reads %s', (text, value) => {
    expect(readNumberEnv('LIMIT', { LIMIT: text })).toBe(value);
  });

  it('names the variable and the value that is no number', () => {
    expect(() => readNumberEnv('LIMIT', { LIMIT: 'many' })).toThrow(
      "the environment variable LIMIT is 'many', not a number",
    );
  });
});
