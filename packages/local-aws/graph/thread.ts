/** Lays out one template's network, or all as one floor, in a thread that ends: the layout engine is large, and what runs here must not wait for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { floorGraphOf, wireGraphOf } from '@arcade/networks/wire';

const { service, template, floor } = workerData;
parentPort?.postMessage(await (floor ? floorGraphOf(floor) : wireGraphOf(template, { service })));
