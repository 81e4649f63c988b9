import { expect, it } from '@jest/globals';
import text from '../domain/names.txt';

it('has about a hundred first names, each once, none that would need care', () => {
  const names = text.trimEnd().split('\n');

  expect(names.length).toBeGreaterThan(90);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[A-Z][a-z]+$/);
});
