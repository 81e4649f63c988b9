import { overlay } from '@arcade/networks';
import { dispatcherPattern as dispatcher } from './patterns/dispatcher.ts';
import { entrypointPattern as entrypoint } from './patterns/entrypoint.ts';
import { asyncProcessorPattern, optimisticProcessorPattern, syncProcessorPattern } from './patterns/processors.ts';
import { pollingPattern, pushPattern } from './patterns/updates.ts';

/** The bulb's API answers with the new state. */
export const sync = overlay(entrypoint, syncProcessorPattern, dispatcher);

/** The bulb's API says 202, and pushes the new state later. */
export const push = overlay(entrypoint, asyncProcessorPattern, pushPattern, dispatcher);

/** The bulb's API says 202 and never calls: it is asked every minute. */
export const polling = overlay(entrypoint, asyncProcessorPattern, pollingPattern, dispatcher);

/** Alexa is told what is expected, and corrected when it turns out otherwise. */
export const optimistic = overlay(entrypoint, optimisticProcessorPattern, pushPattern, dispatcher);
