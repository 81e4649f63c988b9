import { socketHandler } from '@arcade/lambda';
import { caller } from '../http/caller.ts';
import { connections } from '../wiring.ts';

const table = connections();

/** `$connect`: remembers whose connection it is. */
export const handler = socketHandler({ caller }, ({ caller: { player }, connectionId, connectedAtMs }) =>
  table.open({ player, connectionId }, connectedAtMs),
);
