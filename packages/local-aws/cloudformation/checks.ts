import { nameFromArn, parseArn } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { asError } from '../core/errors.ts';
import { type Principal, servicePrincipal } from '../core/principal.ts';
import type { Edge, ExistingResource } from '../core/resource.ts';
import type { DeliveryDoor, Permission, PolicyDocument } from '../core/service.ts';
import { placeOf } from './plan.ts';
import type { ResourceState } from './state.ts';

type CheckCore = Pick<Core, 'authorize' | 'services'>;

/**
 * Asks IAM about every delivery that the resources set up, so that a missing permission fails the deployment and not,
 * silently, each message. `elsewhere` are the resources of other stacks, which may be targets or hold permissions.
 * Gives a sentence for each that is not allowed.
 */
export function checkDeliveries(
  core: CheckCore,
  resources: readonly ResourceState[],
  elsewhere: readonly ResourceState[],
): string[] {
  const all = [...resources, ...elsewhere];
  // A target's policy is made once, and thus compiled once, however many deliver to it.
  const policies = new Map<string, PolicyDocument>();
  const policyAt = (targetArn: string) => {
    const policy = policies.get(targetArn) ?? policyOf(targetArn, all);
    policies.set(targetArn, policy);
    return policy;
  };
  return resources.flatMap((resource) => {
    const edges = resource.type.edges?.(resource, all) ?? [];
    return edges.flatMap((edge) => checkEdge(core, resource, edge, policyAt));
  });
}

function checkEdge(
  core: CheckCore,
  resource: ResourceState,
  edge: Edge,
  policyAt: (targetArn: string) => PolicyDocument,
): string[] {
  const { targetArn, service, roleArn = '' } = edge;
  const door = core.services.byId(parseArn(targetArn).service)?.takes;
  const principal = service ? servicePrincipal(service.name, service.sourceArn) : sessionOf(roleArn);
  const resourcePolicy = service && policyAt(targetArn);
  return permissionsOf(edge, door).flatMap(({ action, resource: asked }) => {
    try {
      core.authorize(principal, { action, resource: asked, ...(resourcePolicy && { resourcePolicy }) });
      return [];
    } catch (error) {
      const place = placeOf(resource.logicalId, resource.type.type);
      const remedy = service
        ? `add an ${door?.allowedBy ?? 'policy'} that lets ${service.name} do this for ${service.sourceArn}`
        : `add the statement to the role ${roleArn}`;
      return [`${place}: ${action} on ${targetArn} is not allowed: ${remedy}. (${asError(error).message})`];
    }
  });
}

function permissionsOf({ targetArn, actions }: Edge, door: DeliveryDoor | undefined): Permission[] {
  if (!actions && door?.asks) return door.asks(targetArn);
  return (actions ?? (door ? [door.action] : [])).map((action) => ({ action, resource: targetArn }));
}

function sessionOf(roleArn: string): Principal {
  const name = nameFromArn(roleArn);
  const arn = `${roleArn.replace(':iam:', ':sts:').replace(/:role\/.*$/, `:assumed-role/${name}`)}/check`;
  return { kind: 'role', arn, roleArn, sessionName: 'check' };
}

/** The policy that a target will have once these resources, and no others, are there. */
function policyOf(targetArn: string, all: readonly ResourceState[]): PolicyDocument {
  const statements = all.flatMap((resource) => {
    const grants = resource.type.grants?.(resource) ?? [];
    return grants.filter(({ target }) => names(target, targetArn, all)).flatMap((grant) => grant.statements);
  });
  return { Version: '2012-10-17', Statement: statements };
}

/** Whether a target that is named by its ARN, physical id or name is that of the ARN. */
function names(target: string, targetArn: string, all: readonly ExistingResource[]): boolean {
  if (target.endsWith('*') && targetArn.startsWith(target.slice(0, -1))) return true;
  if (target === targetArn || targetArn.endsWith(`:${target}`)) return true;
  const found = all.find(({ provisioned }) => provisioned.attributes.Arn === targetArn);
  return found?.provisioned.physicalId === target;
}
