export { RETAINED_TOO } from './removal.ts';
export { BUCKET, type RemovalPlan, removalPlan, type StackResource } from './removalPlan.ts';
export { deployedStack, outputsOf } from './stacks.ts';
