import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type Clock, createRealClock } from './clock.ts';
import type { Authorize, Core } from './cloud.ts';
import { NotSupportedError } from './errors.ts';
import { Faults, type faultPlanSchema } from './faults.ts';
import { Invocations } from './invocations.ts';
import { Journal } from './journal.ts';
import { createPipeline, type Foundation } from './pipeline.ts';
import { type Random, seededRandom } from './random.ts';
import { Services } from './services.ts';
import { openStore, type Store } from './store/index.ts';

/** What a core is made of. All is optional: without anything it is one for a test of a single service. */
export interface CoreParts {
  /** Default: real time. */
  clock?: Clock;
  /** What goes wrong on purpose. Default: nothing. */
  faults?: z.input<typeof faultPlanSchema>;
  /** The same seed gives the same ids and the same choices. Default: no seed, ids are random. */
  seed?: number;
  /** Default: everybody may do everything. */
  authorize?: Authorize;
  services?: Services;
  endpoint?: () => string;
  /** Default: that of the state folder. */
  store?: Store;
  /** Default: nowhere, state is in memory only. */
  stateFolder?: string;
}

/** Makes a core. Services are added to `core.services`. */
export function createCore(parts: CoreParts = {}): Core {
  const clock = parts.clock ?? createRealClock();
  const journal = new Journal(clock);
  const random = parts.seed === undefined ? Math.random : seededRandom(parts.seed);
  const foundation: Foundation = {
    clock,
    journal,
    faults: new Faults(parts.faults, journal),
    invocations: new Invocations(),
    services: parts.services ?? new Services(),
    authorize: parts.authorize ?? (() => undefined),
    newId: parts.seed === undefined ? () => randomUUID() : () => uuidFrom(random),
    random,
    interceptors: [],
    store: parts.store ?? openStore(parts.stateFolder),
    endpoint: parts.endpoint ?? (() => 'http://127.0.0.1:4566'),
    stateFolder: parts.stateFolder,
  };
  const call = createPipeline(foundation);
  return Object.assign(foundation, { call, deliver: createDelivery(foundation.services, call) });
}

/** Makes `core.deliver`: the target's service says what call a delivery is. */
function createDelivery(services: Services, call: Core['call']): Core['deliver'] {
  return async (delivery) => {
    const service = services.ofArn(delivery.targetArn);
    if (!service?.takes) throw new NotSupportedError(`delivery to '${delivery.targetArn}'`);
    const { principal, traceHeader, correlationId, copy } = delivery;
    const { operation, input } = service.takes.call(delivery);
    const told = { principal, traceHeader, correlationId, copy, isDelivery: true, hop: false as const };
    await call({ service: service.id, operation, input, ...told });
  };
}

/** A UUID of version 4 from a seeded source: looks like any other, but comes again. */
function uuidFrom(random: Random): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
