import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileService, grantsOf, type Template } from '@arcade/local-aws/testkit';
import { describe, expect, it } from '@jest/globals';
import { GAMERS } from '../domain/ports.ts';
import { SERVICE_FOLDER } from './aws.ts';

it('lets through what grants.txt says, no less and no more', async () => {
  const { template } = await compileService(SERVICE_FOLDER, { stage: 'dev' });

  const granted = readFileSync(join(import.meta.dirname, 'grants.txt'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(grantsOf(template as unknown as Template)).toEqual(granted);
});

describe('the template', () => {
  it.each([
    ['local', 'true'],
    ['dev', 'true'],
    ['prod', 'false'],
  ])('of the stage %s confirms at once: %s', async (stage, expected) => {
    const { template } = await compileService(SERVICE_FOLDER, { stage });
    const { Resources, Outputs } = template as unknown as Template & { Outputs: Record<string, { Value: string }> };

    const { Variables } = Resources.CheckNicknameLambdaFunction?.Properties.Environment ?? {};
    expect([Variables.CONFIRM_AT_ONCE, Outputs.ConfirmsAtOnce?.Value]).toEqual([expected, expected]);
    // Everybody is put into a group that is there.
    expect(Resources.GamerGroup?.Properties.GroupName).toBe(GAMERS);
  });

  it('is not compiled with a param that the function could not read', async () => {
    const compiling = compileService(SERVICE_FOLDER, { params: { confirmAtOnce: 'yes' } });

    await expect(compiling).rejects.toThrow(/CONFIRM_AT_ONCE is 'yes'/);
  });
});
