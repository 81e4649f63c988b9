/**
 * AWS on the laptop: what the templates of this repository use, in one process, behind one port.
 *
 * @example
 * const cloud = await createCloud({ port: 0 });
 * await cloud.stacks.deploy({ stackName: 'scores', template });
 * // Clients: AWS_ENDPOINT_URL=cloud.endpoint, access key `local`.
 * await cloud.close();
 */
export type { StackDescription, Stacks } from './cloudformation/stacks.ts';
export { type Clock, createRealClock, createVirtualClock, type VirtualClock } from './core/clock.ts';
export { AwsError, NotSupportedError } from './core/errors.ts';
export { type FaultPlan, faultPlanSchema } from './core/faults.ts';
export type { Hop, HopKind, JournalEntry } from './core/journal.ts';
export { type Cloud, type CloudOptions, createCloud, type ServiceFactory } from './create.ts';
export type { ApiPortsRequest, OwnPorts } from './front-door/apiPorts.ts';
export { PortError } from './front-door/index.ts';
export type { FunctionCode, Functions } from './lambda/index.ts';
export { type LocalAws, type LocalAwsOptions, startLocalAws } from './testkit/index.ts';
