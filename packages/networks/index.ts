export { OverlayError, overlay, themed } from './algebra/overlay.ts';
export { part, rename } from './algebra/parts.ts';
export { check, type Rule } from './check/check.ts';
export { compile } from './compile/compile.ts';
export { failuresOf } from './compile/failures.ts';
export { type Compiled, CompileError } from './compile/types.ts';
export {
  bus,
  external,
  func,
  type Handle,
  http,
  key,
  open,
  queue,
  schedule,
  secret,
  skill,
  stream,
  table,
  timer,
  topic,
  websocket,
} from './core/build.ts';
export { NetworkError } from './core/errors.ts';
export { edgeKey } from './core/facts.ts';
export type { Edge, Network, Node, Part } from './core/network.ts';
export type { Json } from './core/settings.ts';
export { queued } from './patterns.ts';
export { type ReadTemplate, readTemplate } from './read/readTemplate.ts';
export type { CloudFormationTemplate } from './read/template.ts';
export { differences } from './words/differences.ts';
