import type { Envelope } from './contract.ts';

/** What events go over. `http` is a call of one service by another, `timer` a schedule for one moment. */
export type Transport = 'topic' | 'bus' | 'queue' | 'stream' | 'socket' | 'timer' | 'http';

/** A channel of a service. */
export interface Channel {
  /** `ping-pong.announcements` */
  id: string;
  service: string;
  /** Its name in the service's network. */
  node: string;
  transport: Transport;
  /** The form of its address: what differs from stage to stage stands in braces. */
  address: string;
  /** The channel that fills it, of a queue behind a topic. */
  filledBy?: string;
}

/** Somebody who publishes events of a type, or takes them. */
export interface Party {
  type: string;
  channel: string;
  service: string;
  /** The node's name in the service's network; of a page its address. */
  node: string;
  /** `function`, `http` for a gateway that publishes by itself, `page`, or what keeps events: `log`, `archive`, ... */
  kind: string;
  /** It publishes again what others could not. */
  isAgain?: boolean;
  /** What its filter asks for beside the type, as JSON. */
  only?: string;
}

/** A field of an event's detail, for a table. */
export interface CatalogueField {
  /** `statuses[].score`: what is in a list has `[]`. */
  path: string;
  /** In words: `whole number, 0 to 100`. */
  type: string;
  isOptional: boolean;
}

/** An event as people read of it. */
export interface CatalogueEvent {
  type: string;
  version: number;
  source: string;
  description: string;
  fields: CatalogueField[];
  /** As one was published. */
  example: Envelope & { detail: Record<string, unknown> };
  publishers: Omit<Party, 'type'>[];
  consumers: Omit<Party, 'type'>[];
  /** Why nobody takes it, where that is so. */
  unheard?: string;
}

/** All events of all services, and what they go over. */
export interface Catalogue {
  events: CatalogueEvent[];
  channels: Channel[];
}
