import { captureSucceeded, fakemonAppeared } from '@arcade/events/contracts/fakemon';
import { messageHandler } from '@arcade/lambda';
import { unitTakenBy } from '../domain/events.ts';
import { tellAll } from '../domain/tell.ts';
import { reportTold } from '../report.ts';
import { herald } from '../wiring.ts';

const parts = herald();

/** Tells everybody who is connected what has come into the world, and what has gone. */
export const handler = messageHandler({
  contracts: [captureSucceeded, fakemonAppeared],
  onEvent: async (event) => {
    const news = event.type === 'fakemon.capture_succeeded' ? unitTakenBy(event) : event;
    reportTold(await tellAll(parts, news));
  },
});
