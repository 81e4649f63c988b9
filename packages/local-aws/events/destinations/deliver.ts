import { AwsError } from '../../core/errors.ts';
import type { Call } from '../../core/service.ts';
import type { BroughtEvent } from '../operations/takeDelivery.ts';
import type { ApiDestinations } from './apiDestinations.ts';
import type { Connections } from './connections.ts';
import { requestOf, send } from './invoke.ts';

/** The call that a delivery to an API destination becomes: a request to its endpoint, as its connection says. */
export function invokeApiDestination(
  { connections, destinations }: { connections: Connections; destinations: ApiDestinations },
  { targetArn, payload }: Pick<BroughtEvent, 'targetArn' | 'payload'>,
): Call {
  return {
    permissions: [{ action: 'events:InvokeApiDestination', resource: targetArn }],
    async run() {
      const destination = destinations.byArn(targetArn);
      const connection = destination && connections.byArn(destination.connectionArn);
      if (!connection) throw new AwsError('ResourceNotFoundException', `${targetArn} does not exist.`);
      await send(requestOf(destination, connections.credentialsOf(connection), payload));
      return {};
    },
  };
}
