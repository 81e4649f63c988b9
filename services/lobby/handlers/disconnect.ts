import { socketHandler } from '@arcade/lambda';
import { connections } from '../wiring.ts';

const table = connections();

/** `$disconnect`, where it is heard: forgets the connection. */
export const handler = socketHandler({}, ({ connectionId }) => table.close({ player: connectionId, connectionId }));
