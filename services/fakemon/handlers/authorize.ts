import { socketAuthorizer } from '@arcade/lambda';
import { idTokens } from '../wiring.ts';

/** Who may connect, and who that is: `$connect` with `?token=<id token>`. */
export const handler = socketAuthorizer(idTokens(), ({ sub, username }) => ({
  principal: sub,
  context: { player: sub, name: username },
}));
