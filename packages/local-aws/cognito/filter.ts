import { invalidParameter } from './errors.ts';
import type { User } from './model.ts';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html */
const FILTER = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;
const SEARCHABLE = new Set([
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'cognito:user_status',
  'status',
  'sub',
]);

/** Reads `Filter` of ListUsers: `email ^= "bob"`. Throws AwsError InvalidParameterException. */
export function userFilter(text: string, isCaseSensitive: boolean): (user: User) => boolean {
  if (text.trim() === '') return () => true;
  const [, name = '', operator, quoted = ''] = FILTER.exec(text) ?? [];
  if (!SEARCHABLE.has(name))
    throw invalidParameter('Error while parsing filter: one standard attribute, = or ^=, and a value in quotes.');
  const ignoresCase = name === 'cognito:user_status' || (name === 'username' && !isCaseSensitive);
  const spelled = (value: string) => (ignoresCase ? value.toLowerCase() : value);
  const wanted = spelled(quoted.replaceAll(/\\(.)/g, '$1'));
  return (user) => {
    const value = spelled(searched(user, name) ?? '');
    return operator === '=' ? value === wanted : value.startsWith(wanted);
  };
}

function searched(user: User, name: string): string | undefined {
  switch (name) {
    case 'username':
      return user.name;
    case 'sub':
      return user.sub;
    case 'status':
      return user.enabled ? 'Enabled' : 'Disabled';
    case 'cognito:user_status':
      return user.status;
    default:
      return user.attributes[name];
  }
}
