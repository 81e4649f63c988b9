/**
 * Stand-ins for what is only known once a resource exists. They are strings, so that the shape of properties can be
 * checked before anything is created; problems that only a stand-in causes are left to the check at creation.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';

/** Lists that came out of a stand-in: how many members they have is not known. */
const pendingLists = new WeakSet<object>();

/** The stand-in for `what`, for example `Topic.Arn`. */
export function pending(what: string): string {
  return `${OPEN}${what}${CLOSE}`;
}

/** A list of unknown length that comes from the stand-in `value`. */
export function pendingList(value: string): string[] {
  const list = [value];
  pendingLists.add(list);
  return list;
}

export function isPendingList(value: unknown): boolean {
  return typeof value === 'object' && value !== null && pendingLists.has(value);
}

/** Whether the value is a stand-in or has one anywhere inside. */
export function hasPending(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(OPEN);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => key.includes(OPEN) || hasPending(member));
}

/** A text for people, in which stand-ins read `${Topic.Arn}`. */
export function showPending(message: string): string {
  return message.replaceAll(OPEN, '$' + '{').replaceAll(CLOSE, '}');
}
