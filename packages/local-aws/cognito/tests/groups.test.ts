import { describe, expect, it } from '@jest/globals';
import { groupClaims } from '../groups.ts';

const group = (name: string, precedence?: number, roleArn?: string) => ({
  name,
  createdAtMs: 0,
  changedAtMs: 0,
  ...(precedence !== undefined && { precedence }),
  ...(roleArn !== undefined && { roleArn }),
});

describe('the groups in a token', () => {
  it.each<[string, Parameters<typeof groupClaims>[0], ReturnType<typeof groupClaims>]>([
    ['are none of nobody', [], { groups: [], roles: [] }],
    [
      'stand by precedence, then by name, those without one last',
      [group('late'), group('b', 5), group('a', 5), group('first', 0)],
      { groups: ['first', 'a', 'b', 'late'], roles: [] },
    ],
    [
      'prefer the role of the strongest that has one',
      [group('gamer', 10, 'g'), group('manager', 1, 'm'), group('zero', 0)],
      { groups: ['zero', 'manager', 'gamer'], roles: ['m', 'g'], preferredRole: 'm' },
    ],
    [
      'prefer the same role of two that are equally strong',
      [group('a', 1, 'r'), group('b', 1, 'r')],
      { groups: ['a', 'b'], roles: ['r'], preferredRole: 'r' },
    ],
    [
      'prefer none of different roles that are equally strong',
      [group('a', 1, 'r'), group('b', 1, 's'), group('c', 2, 't')],
      { groups: ['a', 'b', 'c'], roles: ['r', 's', 't'] },
    ],
    [
      'prefer none of different roles without a precedence',
      [group('a', undefined, 'r'), group('b', undefined, 's')],
      { groups: ['a', 'b'], roles: ['r', 's'] },
    ],
  ])('%s', (_title, groups, expected) => {
    expect(groupClaims(groups)).toEqual(expected);
  });
});
