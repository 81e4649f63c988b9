export { type CompiledService, CompileError, type CompileOptions, compileService } from './compile.ts';
export {
  type DeployOptions,
  FunctionFailed,
  type LocalAws,
  type LocalAwsOptions,
  startLocalAws,
} from './localAws.ts';
