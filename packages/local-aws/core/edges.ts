import type { Edge } from './resource.ts';

/** Ways on which the service `name` brings something to `targets`, acting for `sourceArn`; what is no ARN is left out. */
export function serviceEdges(name: string, sourceArn: string, targets: readonly string[]): Edge[] {
  return targets.filter(isArn).map((targetArn) => ({ targetArn, service: { name, sourceArn } }));
}

/** Ways on which something is brought to `targets` with a role. `actions`: see Edge. */
export function roleEdges(roleArn: string, targets: readonly string[], actions?: readonly string[]): Edge[] {
  if (roleArn === '') return [];
  return targets.filter(isArn).map((targetArn) => ({ targetArn, roleArn, ...(actions && { actions }) }));
}

const isArn = (value: string): boolean => value.startsWith('arn:');
