import { createVirtualClock, type VirtualClock } from '../clock.ts';
import type { Authorize, CallRequest, Core, Delivery } from '../cloud.ts';
import { type CoreParts, createCore } from '../core.ts';
import type { JournalEntry } from '../journal.ts';
import { ROOT } from '../principal.ts';
import type { Provisioned, ResourceContext } from '../resource.ts';
import type { LocalService } from '../service.ts';
import { openStore } from '../store/index.ts';

/** A core on a virtual clock for a test of one service or a few, whose ids count up. */
export interface TestCore extends Core {
  clock: VirtualClock;
  /** What was delivered to services that are not there. */
  delivered: Delivery[];
  /** Takes deliveries in the place of a service, or refuses them by throwing. */
  receive(service: string, take: (delivery: Delivery) => void | Promise<void>): void;
  /** What IAM was asked, `action resource` each. */
  asked: string[];
  /** Hops of a kind, or all, as they ended, oldest first. */
  hops(kind?: JournalEntry['kind']): JournalEntry[];
  /** Adds a service and gives it back. */
  add<Service extends LocalService>(service: Service): Service;
  /** Calls an operation as the laptop's owner; gives the answer as its JSON would read. */
  ask<T = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
    more?: Partial<CallRequest>,
  ): Promise<T>;
}

/** What a test says of its core. */
export interface TestCoreOptions extends Pick<CoreParts, 'faults' | 'stateFolder' | 'store'> {
  /** May throw: then the answer is no. */
  authorize?: Authorize;
  startMs?: number;
  /** The core of an earlier run, whose store and time it goes on with. */
  after?: TestCore;
}

/** Makes one; everybody may do everything unless `authorize` says no. */
export function createTestCore({ authorize, after, ...options }: TestCoreOptions = {}): TestCore {
  const asked: string[] = [];
  const startMs = options.startMs ?? after?.clock.now();
  const clock = createVirtualClock(startMs === undefined ? {} : { startMs });
  const core = createCore({
    ...options,
    store: options.store ?? after?.store ?? openStore(options.stateFolder),
    seed: 1,
    clock,
    authorize(principal, permission) {
      asked.push(`${permission.action} ${permission.resource}`);
      authorize?.(principal, permission);
    },
  });
  const { deliver } = core;
  const receivers = new Map<string, (delivery: Delivery) => void | Promise<void>>();
  const delivered: Delivery[] = [];
  let ids = 0;
  return Object.assign(core, {
    clock,
    asked,
    delivered,
    receive: (service: string, take: (delivery: Delivery) => void | Promise<void>) => void receivers.set(service, take),
    hops: (kind?: JournalEntry['kind']) => core.journal.ended().filter((entry) => !kind || entry.kind === kind),
    newId() {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    async deliver(delivery: Delivery) {
      const take = receivers.get(delivery.targetArn.split(':')[2] ?? '');
      if (take) await take(delivery);
      else if (core.services.ofArn(delivery.targetArn)) await deliver(delivery);
      else delivered.push(delivery);
    },
    add<Service extends LocalService>(service: Service): Service {
      core.services.add(service);
      return service;
    },
    async ask<T>(service: string, operation: string, input: object, more: Partial<CallRequest> = {}) {
      const answer = await core.call({ service, operation, input, principal: ROOT, hop: false, ...more });
      return answer as T;
    },
  });
}

/** The context of a resource `Thing` of the stack `stack`. */
export const context: ResourceContext = {
  stackName: 'stack',
  logicalId: 'Thing',
  generateName: () => 'stack-Thing-abcdefghijkl',
};

/** A resource type of a service, by its name. */
export function typeOf({ resources }: LocalService, type: string) {
  const found = resources.find((candidate) => candidate.type === type);
  if (!found) throw new Error(`no ${type}`);
  return found;
}

/** Creates a resource of a service from properties as a template has them. */
export function provision(service: LocalService, type: string, properties: object): Promise<Provisioned> {
  const found = typeOf(service, type);
  return found.create(found.properties.parse(properties), context);
}
