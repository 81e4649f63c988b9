import { join } from 'node:path';
import { createCloud } from '../create.ts';
import { compileService } from '../testkit/index.ts';

/** local-aws in a process of its own, as `npm start` has it, with the function of the HTTP bench. Prints its address. */
const { stackName, template, functions } = await compileService(join(import.meta.dirname, 'http-function'));
const cloud = await createCloud({ port: 0 });
await cloud.stacks.deploy({ stackName, template, functions });
const { url } = await cloud.apis.listen({ stackName, http: 0 });
console.log(`serving ${url}`);
