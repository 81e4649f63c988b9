import { socketHandler } from '@arcade/lambda';
import { connections } from '../wiring.ts';

const table = connections();

/** `$connect`: remembers that somebody is here. Nobody signs in, so that each connection is its own. */
export const handler = socketHandler({}, ({ connectionId, connectedAtMs }) =>
  table.open({ player: connectionId, connectionId }, connectedAtMs),
);
