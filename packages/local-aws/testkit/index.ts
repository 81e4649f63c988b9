export { CompileError, type CompileOptions } from '../build/compile.ts';
export { type CompiledService, compileService } from '../build/service.ts';
export {
  type DeployOptions,
  FunctionFailed,
  type LocalAws,
  type LocalAwsOptions,
  startLocalAws,
} from './localAws.ts';
