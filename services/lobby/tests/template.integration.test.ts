import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileService, grantsOf, type Template } from '@arcade/local-aws/testkit';
import { expect, it } from '@jest/globals';
import { SERVICE_FOLDER } from './aws.ts';

const compiled = async () => (await compileService(SERVICE_FOLDER, { stage: 'dev' })).template as unknown as Template;

it('lets through what grants.txt says, no less and no more', async () => {
  const granted = readFileSync(join(import.meta.dirname, 'grants.txt'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(grantsOf(await compiled())).toEqual(granted);
});
