import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { parseArn } from './core/arn.ts';
import { type Clock, createRealClock } from './core/clock.ts';
import type { Core, DeliveryTarget } from './core/cloud.ts';
import { NotSupportedError } from './core/errors.ts';
import { Faults, type faultPlanSchema } from './core/faults.ts';
import { Journal } from './core/journal.ts';
import { type Random, seededRandom } from './core/random.ts';
import type { AnyResourceType, LocalService } from './core/resource.ts';
import { openStore } from './core/store/index.ts';
import { createFrontDoor, type FrontDoor, type RouteHandler } from './front-door/index.ts';
import type { LocalApiParts } from './front-door/localApi.ts';
import { createIam, type Iam } from './iam/index.ts';
import { createSts } from './sts/index.ts';

/** What a local AWS can be told at its start. All is optional. */
export interface CloudOptions {
  /** The port on 127.0.0.1; 0 takes any free one. Default 4566. */
  port?: number;
  /** Default: real time. */
  clock?: Clock;
  /** What goes wrong on purpose. Default: nothing. */
  faults?: z.input<typeof faultPlanSchema>;
  /** Where state is kept between runs. Default: nowhere, it is in memory only. */
  stateFolder?: string;
  /** The same seed gives the same ids and the same choices. Default: no seed, ids are random. */
  seed?: number;
  /** Further services, made after all others. */
  services?: readonly ServiceFactory[];
  /** Writes down an error of local-aws itself. Default: standard error. */
  log?: (message: string, error: Error) => void;
}

/** Makes one service on the common core. */
export type ServiceFactory = (core: Core) => LocalService;

/** The port where local-aws, and other local stacks, are looked for. */
const DEFAULT_PORT = 4566;

/** A port of local-aws that is open, with the services behind it. */
export interface Assembled {
  core: Core;
  iam: Iam;
  door: FrontDoor;
  services: readonly LocalService[];
  resourceTypes: readonly AnyResourceType[];
  /** Ends everything; a second call waits for the first. */
  close(): Promise<void>;
}

/** What is put together from the core and IAM. */
export interface Parts {
  services: readonly LocalService[];
  /** Makes what deploys templates, for the resource types of all services. */
  stacksOf(types: readonly AnyResourceType[]): LocalApiParts['stacks'];
  /** What is served by path, outside AWS's protocols: handlers by path prefix. */
  routes?: Readonly<Record<string, RouteHandler>>;
}

/** Makes the core, lets `build` make the services on it, and opens the front door. Rejects with PortError, StateError. */
export async function assemble(options: CloudOptions, build: (core: Core, iam: Iam) => Parts): Promise<Assembled> {
  const { clock = createRealClock() } = options;
  const iam = createIam({ clock });
  // The core is made first and the front door last: only calls that are on their way ask where it is.
  const doors: FrontDoor[] = [];
  const core = createCore(options, clock, iam, () => {
    if (!doors[0]) throw new Error('the front door of local-aws is not there yet');
    return doors[0].endpoint();
  });
  const { services: built, stacksOf, routes = {} } = build(core, iam);
  const services = [iam, createSts(), ...built, ...(options.services ?? []).map((create) => create(core))];
  const resourceTypes = services.flatMap(({ resources }) => resources);
  const door = createFrontDoor({
    core,
    iam,
    services: services.flatMap(({ service }) => service ?? []),
    local: {
      clock,
      journal: core.journal,
      stacks: stacksOf(resourceTypes),
      health: () => ({ services: Object.keys(door.registry.operations()) }),
      supported: () => ({
        operations: door.registry.operations(),
        resourceTypes: resourceTypes.map(({ type }) => type).sort(),
      }),
    },
    ...(options.log && { log: options.log }),
  });
  for (const [prefix, handler] of Object.entries(routes)) door.registerRoute(prefix, handler);
  doors.push(door);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll([door, ...services.toReversed(), { close: async () => core.store.close() }]).finally(() =>
      clock.stop(),
    );
    return closing;
  };
  try {
    await door.listen(options.port ?? DEFAULT_PORT);
  } catch (error) {
    await close();
    throw error;
  }
  return { core, iam, door, services, resourceTypes, close };
}

/** Closes all, one after the other. What fails to close keeps none of the others open, and is thrown at the end. */
async function closeAll(parts: readonly { close?(): Promise<void> }[]): Promise<void> {
  const errors: unknown[] = [];
  for (const part of parts) await part.close?.().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, 'local-aws did not close cleanly');
}

function createCore(options: CloudOptions, clock: Clock, iam: Iam, endpoint: () => string): Core {
  const journal = new Journal(clock);
  const targets = new Map<string, DeliveryTarget>();
  const random = options.seed === undefined ? Math.random : seededRandom(options.seed);
  return {
    clock,
    journal,
    faults: new Faults(options.faults, journal),
    authorize: iam.authorize,
    newId: options.seed === undefined ? () => randomUUID() : () => uuidFrom(random),
    random,
    deliver: async (delivery) => {
      const { service } = parseArn(delivery.targetArn);
      const target = targets.get(service);
      if (!target) throw new NotSupportedError(`delivery to '${delivery.targetArn}'`);
      await target(delivery);
    },
    registerTarget: (service, target) => void targets.set(service, target),
    interceptors: [],
    endpoint,
    store: openStore(undefined),
    stateFolder: options.stateFolder,
  };
}

/** A UUID of version 4 from a seeded source: looks like any other, but comes again. */
function uuidFrom(random: Random): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
