import { inertNotes } from './cloudformation/index.ts';
import { createRealClock } from './core/clock.ts';
import type { Core } from './core/cloud.ts';
import { type CoreParts, createCore } from './core/core.ts';
import type { AnyResourceType } from './core/resource.ts';
import type { LocalService } from './core/service.ts';
import { Services } from './core/services.ts';
import { createFrontDoor, type Door, type FrontDoor, type Route } from './front-door/index.ts';
import type { LocalApiParts } from './front-door/localApi.ts';
import { createIam, type Iam } from './iam/index.ts';
import { type Keys, newKeys, removeKeys, writeKeys } from './keys.ts';
import type { GovernorLimits } from './lambda/runtime/governorLimits.ts';
import { createSts } from './sts/index.ts';

/** What a local AWS can be told at its start. All is optional. */
export interface CloudOptions extends Pick<CoreParts, 'clock' | 'faults' | 'seed' | 'stateFolder'> {
  /** The port on 127.0.0.1; 0 takes any free one. Default 4566. */
  port?: number;
  /** How many execution environments functions may have, and what memory they may take. */
  environments?: Partial<GovernorLimits>;
  /** Further services, made after all others. */
  services?: readonly ServiceFactory[];
  /** Ports whose pages may call, beside those that it opens itself: the web app's. */
  pages?: readonly number[];
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
  /** What tells the owner from others; in the state folder, for those that change something. */
  keys: Keys;
  services: readonly LocalService[];
  resourceTypes: readonly AnyResourceType[];
  /** Ends everything; a second call waits for the first. */
  close(): Promise<void>;
}

/** What is put together from the core and IAM. */
export interface Parts {
  services: readonly LocalService[];
  /** Makes what deploys templates, for the resource types of all services. */
  stacksOf(
    types: readonly AnyResourceType[],
  ): Pick<LocalApiParts, 'stacks' | 'services' | 'graphs' | 'usage' | 'messages'>;
  /** What is served by path, outside AWS's protocols, by path prefix. */
  routes?: Readonly<Record<string, Route>>;
  /** Resolves when calls can be served; those that come before wait. Default: at once. */
  ready?: Promise<void>;
}

/** Makes the core, lets `build` make the services on it, and opens the front door. Rejects with PortError, StateError. */
export async function assemble(
  options: CloudOptions,
  build: (core: Core, iam: Iam, forFunctions: Pick<Door, 'endpoint' | 'serve'>) => Parts,
): Promise<Assembled> {
  const { clock = createRealClock() } = options;
  const known = new Services();
  const iam = createIam({ clock, services: known });
  // The core is made first and the front door last: only calls that are on their way ask where it is.
  const doors: FrontDoor[] = [];
  const theDoor = () => {
    if (!doors[0]) throw new Error('the front door of local-aws is not there yet');
    return doors[0];
  };
  const endpoint = () => theDoor().endpoint();
  const core = createCore({ ...options, clock, services: known, authorize: iam.authorize, endpoint });
  const forFunctions: Pick<Door, 'endpoint' | 'serve'> = {
    endpoint: () => theDoor().forFunctions.endpoint(),
    serve: (...call) => theDoor().forFunctions.serve(...call),
  };
  const secrets = newKeys();
  const { services: built, stacksOf, routes = {}, ready } = letGoOnFailure(core, () => build(core, iam, forFunctions));
  for (const service of [iam, createSts(), ...built]) known.add(service);
  for (const create of options.services ?? []) known.add(create(core));
  const services = known.all();
  const resourceTypes = services.flatMap(({ resources }) => resources);
  const door = createFrontDoor({
    core,
    iam,
    keys: secrets,
    local: {
      clock,
      journal: core.journal,
      faults: core.faults,
      ...stacksOf(resourceTypes),
      health: () => ({ services: Object.keys(known.operations()) }),
      supported: () => ({
        operations: known.operations(),
        resourceTypes: resourceTypes.map(({ type }) => type).sort(),
        inert: inertNotes(resourceTypes),
      }),
    },
    ...(options.pages && { pages: options.pages }),
    ...(options.log && { log: options.log }),
    ...(ready && { ready }),
  });
  for (const [prefix, route] of Object.entries(routes)) door.registerRoute(prefix, route);
  doors.push(door);
  let closing: Promise<void> | undefined;
  const { stateFolder } = options;
  const last = {
    async close() {
      if (stateFolder !== undefined) removeKeys(stateFolder);
      core.store.close();
    },
  };
  const close = () => {
    closing ??= closeAll([door, ...services.toReversed(), last]).finally(() => clock.stop());
    return closing;
  };
  try {
    await door.listen(options.port ?? DEFAULT_PORT);
    const keys = { endpoint: door.endpoint(), ...secrets };
    if (stateFolder !== undefined) writeKeys(stateFolder, keys);
    return { core, iam, door, keys, services, resourceTypes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The state folder is nobody's when this could not start. */
function letGoOnFailure<Result>({ store }: Core, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Closes all, one after the other. What fails to close keeps none of the others open, and is thrown at the end. */
async function closeAll(parts: readonly { close?(): Promise<void> }[]): Promise<void> {
  const errors: unknown[] = [];
  for (const part of parts) await part.close?.().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, 'local-aws did not close cleanly');
}
