import { bearerOf, hashOf, homeIdOf, isSame } from '../domain/bearer.ts';
import type { Home, HomesTable } from '../domain/ports.ts';
import { unauthorized } from './problems.ts';

type Headers = Readonly<Record<string, string>>;
type Homes = Pick<HomesTable, 'find'>;

/** The home whose page asks. Throws HttpProblem 401. */
export async function homeOfPage(homes: Homes, homeId: string, headers: Headers): Promise<Home> {
  const token = bearerOf(headers) ?? '';
  const home = homeIdOf(token) === homeId ? await homes.find(homeId) : undefined;
  if (!home || !isSame(hashOf(token), home.keyHash)) throw unauthorized();
  return home;
}

/** The home whose account at the vendor a token opens. Throws HttpProblem 401. */
export async function homeOfAccount(homes: Homes, headers: Headers): Promise<Home> {
  const token = bearerOf(headers) ?? '';
  const homeId = homeIdOf(token);
  const home = homeId === undefined ? undefined : await homes.find(homeId);
  if (!home || !isSame(token, home.vendorToken)) throw unauthorized();
  return home;
}
