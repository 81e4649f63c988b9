import type { FunctionCodes } from '../cloudformation/state.ts';
import { bundleService } from './bundle.ts';
import { type CompileOptions, compileTemplate } from './compile.ts';

/** A service as it would deploy. */
export interface CompiledService {
  /** The name in serverless.yml. */
  service: string;
  stackName: string;
  stage: string;
  /** The CloudFormation template. */
  template: Record<string, unknown>;
  /** The bundles, by function name. */
  functions: FunctionCodes;
}

/**
 * Compiles a service as `sls package` does: the CloudFormation template, and each function's bundle. Needs no network,
 * no AWS and no credentials. What did not change since the last time is taken from `.cache/` of the workspace.
 * Throws CompileError.
 */
export async function compileService(folder: string, options: CompileOptions = {}): Promise<CompiledService> {
  const compiled = await compileTemplate(folder, options);
  const { functions } = await bundleService(folder, compiled);
  const { service, stackName, template } = compiled;
  return { service, stackName, stage: options.stage ?? 'local', template, functions };
}
