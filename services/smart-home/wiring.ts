import { type DeviceApi, deviceApi, smartHomeEvents } from '@arcade/events/contracts/smart-home';
import { createSnsPublisher } from '@arcade/events/sns';
import { environment, logger, world } from '@arcade/lambda';
import { endsOf } from '@arcade/networks/ends';
import { SNSClient } from '@aws-sdk/client-sns';
import type { EntryParts } from './domain/entry.ts';
import type { Vendor } from './domain/ports.ts';
import type { Home } from './networks.ts';
import { createVendor } from './outside/vendor.ts';
import { settings } from './settings.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 *
 * What a function knows of others is what its edges say: TypeScript takes the names from the network.
 */
const env = environment(settings);

/** The vendor's API. */
export const vendor = (): Vendor => createVendor({ url: env.VENDOR_URL });

/** Where the vendor is to push to: of our own stack, where the network has a gateway for it. */
const callbackUrlOf = (gateway: string) => `${gateway}/changes`;

const serves = (): ReadonlySet<DeviceApi> =>
  new Set(deviceApi.options.filter((api) => env[`SERVES_${api.toUpperCase() as Uppercase<DeviceApi>}`] === 'true'));

/** The skill's function, but for the grants. */
export function entry(): Omit<EntryParts, 'acceptGrant'> {
  const ends = endsOf<Home, 'entrypoint'>();
  const { publish } = createSnsPublisher(new SNSClient(), smartHomeEvents);
  const topic = ends.directivesTopicArn;
  return {
    ...world,
    vendor: vendor(),
    defer: (directive) => publish(topic, [directive]),
    serves: serves(),
    deferredAnswerSeconds: env.DEFERRED_ANSWER_SECONDS,
    callbackUrl: 'pushGatewayApiUrl' in ends ? callbackUrlOf(ends.pushGatewayApiUrl) : undefined,
    warn: (message, error) => logger.warn(message, error as Error),
  };
}
