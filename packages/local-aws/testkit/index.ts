export { CompileError, type CompileOptions } from '../build/compile.ts';
export { type CompiledService, compileService } from '../build/service.ts';
export { policyAllows } from '../iam/policyAllows.ts';
export { type Fixtures, fixturesOf } from './fixtures.ts';
export { grantsOf } from './grants.ts';
export {
  type DeployOptions,
  FunctionFailed,
  type LocalAws,
  type LocalAwsOptions,
  startLocalAws,
  type Template,
} from './localAws.ts';
export { type Own, overreachOf } from './overreach.ts';
export { addPool, type Group, poolOf, type Tokens } from './pool.ts';
export {
  type ApiAnswer,
  apiOf,
  listenTo,
  PATIENCE_MS,
  receiveAll,
  type ServiceOptions,
  startService,
  withoutSchedules,
} from './service.ts';
export { type OpenSocket, socketsOf } from './sockets.ts';
export { type ServiceWithPool, type SignedIn, startWithPool, type WithPoolOptions } from './withPool.ts';
export { writesOf } from './writes.ts';
