import { createCloud } from '../create.ts';
import { INGEST_STACK } from './ingestStack.ts';

/** local-aws in a process of its own, as `npm start` has it, with the API that statuses are posted to. Prints where, and as whom. */
const cloud = await createCloud({ port: 0, stateFolder: process.argv[2] ?? '' });
const { outputs } = await cloud.stacks.deploy({ stackName: 'ingest', template: INGEST_STACK });
console.log(`serving ${JSON.stringify({ endpoint: cloud.endpoint, ...outputs })}`);
