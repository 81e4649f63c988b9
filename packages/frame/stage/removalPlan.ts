import type { Template } from '../template.ts';
import type { FilledBucket } from './emptyBucket.ts';

/** A resource of a stack, as CloudFormation lists it. */
export interface StackResource {
  logicalId: string;
  type: string;
  /** Its name, or what else the type's `Ref` gives. */
  id: string;
}

/** What outlives its stack. */
export interface RetainedResource extends StackResource {
  /** A bucket that keeps older versions of what was deleted. */
  isVersioned: boolean;
}

/** What a stack's removal must see to. */
export interface RemovalPlan {
  /** Buckets that go with the stack, which CloudFormation only removes empty. */
  emptied: FilledBucket[];
  /** What stays when the stack is gone. */
  retained: RetainedResource[];
}

export const BUCKET = 'AWS::S3::Bucket';
/** Made by osls, which empties it itself. */
const DEPLOYMENT_BUCKET = 'ServerlessDeploymentBucket';

/** `template` is the deployed one: what it says of a resource decides, whatever the sources say by now. */
export function removalPlan(resources: readonly StackResource[], template: Template): RemovalPlan {
  const definitionOf = ({ logicalId }: StackResource) => template.Resources[logicalId];
  const isRetained = (resource: StackResource) => definitionOf(resource)?.DeletionPolicy?.startsWith('Retain') === true;
  const isVersioned = (resource: StackResource) =>
    definitionOf(resource)?.Properties?.VersioningConfiguration !== undefined;
  const retained = resources
    .filter(isRetained)
    .map((resource) => ({ ...resource, isVersioned: isVersioned(resource) }));
  const emptied = resources
    .filter(({ type, logicalId }) => type === BUCKET && logicalId !== DEPLOYMENT_BUCKET)
    .filter((resource) => !isRetained(resource))
    .map((resource) => ({ name: resource.id, isVersioned: isVersioned(resource) }));
  return { retained, emptied };
}
