import type { Group } from './model.ts';

/** What of a user's groups stands in tokens. */
export interface GroupClaims {
  groups: string[];
  roles: string[];
  preferredRole?: string;
}

const strengthOf = ({ precedence }: Group) => precedence ?? Number.POSITIVE_INFINITY;

/** Groups, the strongest first: a low precedence is strong, none is weaker than any. */
export function byPrecedence(groups: readonly Group[]): Group[] {
  const order = (left: Group, right: Group) =>
    strengthOf(left) === strengthOf(right)
      ? left.name.localeCompare(right.name, 'en')
      : strengthOf(left) < strengthOf(right)
        ? -1
        : 1;
  return [...groups].sort(order);
}

/**
 * The role of the strongest group is the preferred one; of several equally strong ones with different roles, none is.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html#assigning-precedence-values-to-groups
 */
export function groupClaims(groups: readonly Group[]): GroupClaims {
  const sorted = byPrecedence(groups);
  const withRole = sorted.filter(({ roleArn }) => roleArn !== undefined);
  const [first] = withRole;
  const strongest = new Set(
    withRole.filter((group) => first && strengthOf(group) === strengthOf(first)).map(({ roleArn }) => roleArn),
  );
  const preferredRole = strongest.size === 1 ? first?.roleArn : undefined;
  return {
    groups: sorted.map(({ name }) => name),
    roles: [...new Set(withRole.map(({ roleArn }) => roleArn as string))],
    ...(preferredRole !== undefined && { preferredRole }),
  };
}
