import type { Channel, Party } from '../../packages/events/catalogue.ts';
import type { Edge } from '../../packages/networks/core/network.ts';
import { channelOf } from './channels.ts';
import type { KnownService } from './services.ts';

/** Gathers who publishes what, and who takes it, over the services one by one. */
export class Flowing {
  readonly channels = new Map<string, Channel>();
  readonly publishers: Party[] = [];
  readonly consumers: Party[] = [];
  readonly problems: string[] = [];
  readonly #services: readonly KnownService[];

  constructor(services: readonly KnownService[]) {
    this.#services = services;
  }

  /** The channel of a node, which may be another service's. */
  channelAt(service: KnownService, node: string): Channel | undefined {
    const given = service.given.get(node);
    const holder = given ? this.#services.find(({ name }) => name === given.service) : service;
    const held = given ? [...(holder?.logicalIds ?? [])].find(([, ids]) => ids.includes(given.logicalId))?.[0] : node;
    const channel = holder && held !== undefined ? channelOf(holder, held) : undefined;
    if (channel && !this.channels.has(channel.id)) this.channels.set(channel.id, channel);
    return channel && this.channels.get(channel.id);
  }

  typesOn(channel: string): string[] {
    return [...new Set(this.publishers.filter((one) => one.channel === channel).map(({ type }) => type))];
  }
}

export const verbOf = ({ type }: Edge): string => type.split(' ')[1] ?? '';

export const edgesOf = ({ network }: KnownService): Edge[] => Object.values(network.edges);
