import { socketAuthorizer } from '@arcade/lambda';
import { idTokens } from '../wiring.ts';

/** Who may connect, who that is, and whether a manager: `$connect` with `?token=<id token>`. */
export const handler = socketAuthorizer(idTokens(), ({ sub, username, groups }) => ({
  principal: sub,
  context: { player: sub, name: username, isManager: String(groups.includes('manager')) },
}));
