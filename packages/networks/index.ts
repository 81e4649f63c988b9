export type { Conflict } from './algebra/conflicts.ts';
export { network, OverlayError, overlay, themed } from './algebra/overlay.ts';
export { parse } from './algebra/parse.ts';
export { ownerOf, part, rename } from './algebra/parts.ts';
export { check, type Finding, type Rule } from './check/check.ts';
export { compile } from './compile/compile.ts';
export { failuresOf } from './compile/failures.ts';
export {
  type Compiled,
  CompileError,
  type CompileOptions,
  type FunctionConfig,
  type Reference,
  type Statement,
} from './compile/types.ts';
export {
  archive,
  bucket,
  bus,
  catalog,
  delivery,
  external,
  func,
  type Handle,
  http,
  identities,
  key,
  log,
  open,
  parameter,
  pipe,
  queue,
  schedule,
  secret,
  skill,
  stream,
  table,
  timer,
  topic,
  users,
  websocket,
} from './core/build.ts';
export { NetworkError } from './core/errors.ts';
export { edgeKey } from './core/facts.ts';
export {
  type Edge,
  type EdgeOf,
  empty,
  type FailurePath,
  kindOf,
  type Network,
  type Node,
  type Open,
  type Part,
  type Supplied,
} from './core/network.ts';
export { verbOf } from './core/rules.ts';
export type { EdgeSettings, EdgeType, Json, Kind, NodeSettings, Verb } from './core/settings.ts';
export { queued } from './patterns.ts';
export { fromTemplate, type ReadTemplate, readTemplate } from './read/fromTemplate.ts';
export type { CloudFormationTemplate } from './read/template.ts';
export { differences } from './words/differences.ts';
