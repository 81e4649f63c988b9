import { describe, expect, it } from '@jest/globals';
import { type Choice, chooseRole, roleSettings } from '../identity/roleSettings.ts';

const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const CLIENT = 'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc:web';
const chooses = (name: string): Choice => ({ roleArn: role(name) });

type Given = { mapping?: object; claims?: Record<string, unknown>; custom?: string; authenticated?: string | null };

function choice({ mapping, claims = {}, custom, authenticated = 'anybody' }: Given): Choice {
  const settings = roleSettings.parse({
    Roles: authenticated === null ? {} : { authenticated: role(authenticated) },
    RoleMappings: mapping ? { web: { IdentityProvider: CLIENT, AmbiguousRoleResolution: 'Deny', ...mapping } } : {},
  });
  return chooseRole(settings, CLIENT, claims, custom && role(custom));
}

const token = { Type: 'Token' };
const rules = (...rules: [claim: string, type: string, value: string, name: string][]) => ({
  Type: 'Rules',
  RulesConfiguration: {
    Rules: rules.map(([Claim, MatchType, Value, name]) => ({ Claim, MatchType, Value, RoleARN: role(name) })),
  },
});
const claims = { 'cognito:preferred_role': role('manager'), 'cognito:roles': [role('manager'), role('gamer')] };
const lenient = { AmbiguousRoleResolution: 'AuthenticatedRole' };

describe('the role of who has signed in', () => {
  it.each<[string, Given, Choice]>([
    ['is that of all, without a mapping', { claims }, chooses('anybody')],
    [
      'is that of all, where another client has a mapping',
      { claims, mapping: { ...token, IdentityProvider: 'other' } },
      chooses('anybody'),
    ],
    ['is none where nothing is set', { authenticated: null }, { denied: 'none' }],
    ['is the preferred one of the token', { mapping: token, claims }, chooses('manager')],
    ['is none without a preferred one, by Deny', { mapping: token }, { denied: 'ambiguous' }],
    [
      'is that of all without a preferred one, by AuthenticatedRole',
      { mapping: { ...token, ...lenient } },
      chooses('anybody'),
    ],
    ['is the one asked for, of those in the token', { mapping: token, claims, custom: 'gamer' }, chooses('gamer')],
    ['is no other one asked for', { mapping: { ...token, ...lenient }, claims, custom: 'owner' }, { denied: 'custom' }],
    ['is none asked for without a mapping', { claims, custom: 'gamer' }, { denied: 'custom' }],
    [
      'is none asked for with rules',
      { mapping: rules(['a', 'Equals', 'b', 'x']), claims, custom: 'gamer' },
      { denied: 'custom' },
    ],
    [
      'is that of the first rule that fits',
      {
        mapping: rules(['t', 'Equals', 'no', 'a'], ['t', 'Equals', 'red', 'b'], ['t', 'StartsWith', 'r', 'c']),
        claims: { t: 'red' },
      },
      chooses('b'),
    ],
    ['fits by its beginning', { mapping: rules(['t', 'StartsWith', 're', 'a']), claims: { t: 'red' } }, chooses('a')],
    ['fits by a part', { mapping: rules(['t', 'Contains', 'ed', 'a']), claims: { t: 'red' } }, chooses('a')],
    ['fits by what it is not', { mapping: rules(['t', 'NotEqual', 'blue', 'a']), claims: { t: 'red' } }, chooses('a')],
    [
      'does not fit by a claim that is missing, not even NotEqual',
      { mapping: rules(['t', 'NotEqual', 'blue', 'a']) },
      { denied: 'ambiguous' },
    ],
    [
      'fits by one of several values',
      {
        mapping: rules(['cognito:groups', 'Equals', 'manager', 'a']),
        claims: { 'cognito:groups': ['gamer', 'manager'] },
      },
      chooses('a'),
    ],
    [
      'is not that of a value among others that NotEqual names',
      { mapping: rules(['g', 'NotEqual', 'gamer', 'a']), claims: { g: ['gamer', 'manager'] } },
      { denied: 'ambiguous' },
    ],
  ])('%s', (_title, given, expected) => {
    expect(choice(given)).toEqual(expected);
  });

  it.each([
    ['a mapping without AmbiguousRoleResolution', { Type: 'Token' }],
    [
      'rules under the type Token',
      { ...rules(['a', 'Equals', 'b', 'c']), Type: 'Token', AmbiguousRoleResolution: 'Deny' },
    ],
    ['the type Rules without rules', { Type: 'Rules', AmbiguousRoleResolution: 'Deny' }],
  ])('is not settled by %s', (_what, mapping) => {
    expect(roleSettings.safeParse({ RoleMappings: { web: mapping } }).success).toBe(false);
  });
});
