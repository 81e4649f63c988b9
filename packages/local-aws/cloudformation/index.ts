export { inertNotes } from './inert.ts';
export { TemplateError } from './problems.ts';
export {
  createStacks,
  type DeployRequest,
  type StackDescription,
  type Stacks,
  type StacksOptions,
} from './stacks.ts';
export type { FunctionCodes } from './state.ts';
