import { overlay } from '@arcade/networks';
import { dispatcher } from './patterns/dispatcher.ts';
import { entrypoint } from './patterns/entrypoint.ts';
import { asyncProcessor, optimisticProcessor, syncProcessor } from './patterns/processors.ts';
import { hook, pollingEventProcessor } from './patterns/updates.ts';

/** The bulb's API answers with the new state. */
export const sync = overlay(entrypoint, syncProcessor, dispatcher);

/** The bulb's API says 202, and pushes the new state later. */
export const push = overlay(entrypoint, asyncProcessor, hook, dispatcher);

/** The bulb's API says 202 and never calls: it is asked every minute. */
export const polling = overlay(entrypoint, asyncProcessor, pollingEventProcessor, dispatcher);

/** Alexa is told what is expected, and corrected when it turns out otherwise. */
export const optimistic = overlay(entrypoint, optimisticProcessor, hook, dispatcher);
