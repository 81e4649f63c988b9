import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

const SERVERLESS = `
service: planned
frameworkVersion: '4'
plugins: [serverless-esbuild]
provider: { name: aws, runtime: nodejs24.x, region: eu-west-1, stage: "\${opt:stage, 'local'}" }
package: { individually: true }
custom: { esbuild: { bundle: true, format: cjs, outputFileExtension: .cjs } }
functions:
  tick:
    handler: tick.handler
    name: planned-local-tick
    events:
      - schedule:
          method: scheduler
          rate: [rate(1 minute), cron(4 1 * * ? *)]
          timezone: Europe/Berlin
          input: { hello: clock }
`;
const HANDLER = 'export const handler = async (event) => console.log(JSON.stringify(event));\n';

let folder: string;
let aws: LocalAws;
beforeAll(async () => {
  // Inside the workspace, so that its plugins are found; \`.cache\` is ignored by git and by Jest.
  const cache = join(import.meta.dirname, '../../.cache');
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'planned-'));
  await writeFile(join(folder, 'serverless.yml'), SERVERLESS);
  await writeFile(join(folder, 'package.json'), '{ "name": "planned", "type": "module" }');
  await writeFile(join(folder, 'tick.ts'), HANDLER);
  aws = await startLocalAws();
});
afterAll(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true });
});

describe('a schedule of a function’s own, with osls’s method: scheduler', () => {
  it('calls the function with the input, as the role to which osls gives what that needs', async () => {
    await aws.deploy(folder);
    await aws.advance(1000 + 60_000);

    const ran = aws.journal().filter(({ kind, outcome }) => kind === 'invocation' && outcome === 'ok');
    expect(ran.map(({ to }) => to)).toEqual(Array(2).fill(expect.stringContaining(':function:planned-local-tick')));
    expect(aws.journal().filter(({ kind }) => kind === 'schedule')).toHaveLength(2);
    // 1:04 in Berlin is 0:04 in winter.
    await aws.advance(3 * 60_000);
    expect(aws.journal().filter(({ detail }) => detail?.expression === 'cron(4 1 * * ? *)')).toHaveLength(1);
  });
});
