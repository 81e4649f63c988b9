/** Lays out one template's network, in a thread that ends: the layout engine is large, and what runs here must not wait for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { wireGraphOf } from '@arcade/networks/wire';

parentPort?.postMessage(await wireGraphOf(workerData.template, { service: workerData.service }));
