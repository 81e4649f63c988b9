import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { NICKNAME } from '../../packages/web/src/account/nickname.ts';
import { LEAST_PASSWORD } from '../../packages/web/src/account/sentences.ts';
import { isNickname, NICKNAME_LENGTH } from '../../services/identity/domain/nickname.ts';

const SERVICE = join(import.meta.dirname, '../../services/identity');

describe('what the page asks for', () => {
  it.each([
    'a'.repeat(NICKNAME_LENGTH.min - 1),
    'a'.repeat(NICKNAME_LENGTH.min),
    'Z'.repeat(NICKNAME_LENGTH.max),
    'Z'.repeat(NICKNAME_LENGTH.max + 1),
    'a_b-9',
    'a b c',
    'Kel\u212A',
    'éclair',
  ])('as a nickname is what the service takes: %s', (name) => {
    // As a browser asks for an input's pattern.
    expect(new RegExp(`^(?:${NICKNAME})$`, 'v').test(name)).toBe(isNickname(name));
  });

  it('as a password is as long as the pool wants it', () => {
    const pool = readFileSync(join(SERVICE, 'resources/userPool.yml'), 'utf8');

    expect(pool).toContain(`MinimumLength: ${LEAST_PASSWORD}\n`);
  });
});
