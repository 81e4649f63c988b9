import { type Cloud, createCloud } from '../create.ts';
import { compileService } from '../testkit/index.ts';
import type { Contestant, RunningLoop } from './contestant.ts';
import { BARE_LOOP, type Loop } from './loops.ts';

/** A loop as tests run it: local-aws in this process, functions in one of their own. Real time, unlike in tests. */
export const inProcess = (name: string, loop: Loop): Contestant => ({
  name: `${name}, local-aws in process`,
  start: (strokesFile) => startInProcess(strokesFile, loop),
});

/** Starts it, and gives the local-aws too. */
export async function startInProcess(
  strokesFile: string,
  loop: Loop = BARE_LOOP,
): Promise<RunningLoop & { cloud: Cloud }> {
  const { stackName, template, functions } = await compileService(loop.folder);
  setVariable(template, 'STROKES_FILE', strokesFile);
  const cloud = await createCloud({ port: 0 });
  await cloud.stacks.deploy({ stackName, template, functions });
  return {
    cloud,
    serve: (balls, last) => loop.serve(cloud.endpoint, balls, last),
    stop: () => cloud.close(),
  };
}

interface FunctionResource {
  Type: string;
  Properties: { Environment: { Variables: Record<string, unknown> } };
}

function setVariable(template: Record<string, unknown>, name: string, value: string): void {
  for (const resource of Object.values(template.Resources as Record<string, FunctionResource>)) {
    if (resource.Type === 'AWS::Lambda::Function') resource.Properties.Environment.Variables[name] = value;
  }
}
