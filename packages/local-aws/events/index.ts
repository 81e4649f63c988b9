export type { AcceptedListener, Bus } from './bus.ts';
export type { BusEvent } from './busEvent.ts';
export type { Chain } from './chain.ts';
export { createEvents, type Events } from './events.ts';
