import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileService, type LocalAws, startLocalAws } from '../../packages/local-aws/testkit/index.ts';
import { findServices, readJson } from '../workspace.ts';

/** Compiling starts osls, which takes seconds on a busy machine. */
const DEPLOYING_MS = 120_000;

/** Answers that say "this event does not fit", or that the function broke; a rule of the game may well say 404 or 409. */
function isRefusal(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) return false;
  const status = Number(answer.statusCode);
  return status === 400 || status === 415 || status === 422 || status >= 500;
}

for (const { name, folder } of findServices()) {
  describe(`${name}, deployed locally`, () => {
    let aws: LocalAws;
    /** Physical names in the order of serverless.yml, with their handlers. */
    let functions: [string, string][];

    beforeAll(async () => {
      aws = await startLocalAws();
      await aws.deploy(folder);
      const compiled = await compileService(folder);
      functions = Object.entries(compiled.functions).map(([physicalName, code]) => [physicalName, code.handler]);
    }, DEPLOYING_MS);

    afterAll(() => aws.stop());

    it(
      'accepts every fixture of every function',
      async () => {
        const fixtures = existsSync(join(folder, 'fixtures')) ? readdirSync(join(folder, 'fixtures')) : [];
        const refused: string[] = [];
        for (const [physicalName, handler] of functions) {
          const key = /([^/]+)\.\w+$/.exec(handler)?.[1];
          for (const file of fixtures.filter((fixture) => fixture.split('.')[0] === key)) {
            const answer = await aws.invoke(physicalName, readJson(join(folder, 'fixtures', file)));
            if (isRefusal(answer)) refused.push(`${file}: ${JSON.stringify(answer)}`);
          }
        }

        expect(refused).toEqual([]);
      },
      DEPLOYING_MS,
    );
  });
}
