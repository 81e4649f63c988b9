import { join } from 'node:path';
import { type Cloud, createCloud } from '../create.ts';
import { compileService } from '../testkit/index.ts';
import { type Contestant, type RunningLoop, serveOver } from './contestant.ts';

const BARE_LOOP = join(import.meta.dirname, 'bare-loop');

/** The bare loop as tests run it: local-aws in this process, functions in one of their own. Real time, unlike in tests. */
export const inProcess: Contestant = { name: 'bare loop, local-aws in process', start: startInProcess };

/** Starts it, and gives the local-aws too. */
export async function startInProcess(strokesFile: string): Promise<RunningLoop & { cloud: Cloud }> {
  const { stackName, template, functions } = await compileService(BARE_LOOP);
  setVariable(template, 'STROKES_FILE', strokesFile);
  const cloud = await createCloud({ port: 0 });
  await cloud.stacks.deploy({ stackName, template, functions });
  return {
    cloud,
    serve: (balls, last) => serveOver(cloud.endpoint, 'arn:aws:sns:eu-west-1:000000000000:bare-loop-ping', balls, last),
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
