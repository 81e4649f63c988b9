import { socketHandler } from '@arcade/lambda';
import { caller } from '../http/caller.ts';
import { connections } from '../wiring.ts';

const table = connections();

/** `$disconnect`, where it is heard: forgets the connection. */
export const handler = socketHandler({ caller }, ({ caller: { player }, connectionId }) =>
  table.close({ player, connectionId }),
);
