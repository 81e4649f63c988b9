import { directiveDeferred } from '@arcade/events/contracts/smart-home';
import { queueHandler } from '@arcade/lambda';
import { giveUp } from '../domain/giveUp.ts';
import { quitter } from '../wiring.ts';

const parts = quitter();

/** Says that a device cannot be reached, when there is just time enough to say so. Who has answered before was faster. */
export const handler = queueHandler({ contracts: [directiveDeferred], onEvent: (event) => giveUp(parts, event) });
