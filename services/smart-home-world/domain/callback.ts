/**
 * Whether an address may be called back: all of it must be as the pattern says, and nothing may hide in it (a user's name, a query, a
 * fragment). Else anybody who has a home could have requests sent from here to wherever they like.
 */
export function isCallback(allowed: RegExp, address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, pathname, username, password, search, hash } = new URL(address);
  if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
  // As it will be called: what was sent may be spelled in other ways.
  const called = `${origin}${pathname}`;
  return allowed.exec(called)?.[0] === called;
}
