import type { AnyResourceType, Provisioned } from '../core/resource.ts';
import type { FunctionCode } from '../lambda/runtime/runtime.ts';

/** As CloudFormation names it. */
export type StackStatus =
  | 'CREATE_COMPLETE'
  | 'UPDATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'DELETE_FAILED';

/** A resource that exists. */
export interface ResourceState {
  logicalId: string;
  type: AnyResourceType;
  /** As its type's schema gave them. */
  properties: unknown;
  provisioned: Provisioned;
  /** Counts its replacements: a new one gets a new name. */
  generation: number;
  /** Logical ids that it refers to or waits for. */
  dependencies: readonly string[];
  /** What happens when it leaves the template, or the stack goes. */
  retain: boolean;
  /** What happens when it is replaced. */
  retainReplaced: boolean;
}

/** Where functions' code runs, by logical id or function name. */
export type FunctionCodes = Readonly<Record<string, FunctionCode>>;

/** A stack that exists. */
export interface StackState {
  name: string;
  id: string;
  status: StackStatus;
  /** As it was given. */
  template: unknown;
  parameters: Record<string, string>;
  resources: Map<string, ResourceState>;
  outputs: Record<string, string>;
  /** Exported values, by export name. */
  exports: Record<string, string>;
  /** Names of exports of other stacks that it uses. */
  imports: ReadonlySet<string>;
  functions: FunctionCodes;
  /** Its functions' code is what its template names in S3, not what whoever deploys it gives along. */
  hasUploadedCode: boolean;
  /** Counts the stacks in the order of their first deployment. */
  order: number;
}

/** A stack, as others see it. */
export interface StackDescription {
  stackName: string;
  stackId: string;
  status: StackStatus;
  outputs: Record<string, string>;
  exports: Record<string, string>;
  resources: { logicalId: string; type: string; physicalId: string; attributes: Record<string, string> }[];
}

/** Copies what others may see of a stack. */
export function describe({ name, id, status, outputs, exports, resources }: StackState): StackDescription {
  return {
    stackName: name,
    stackId: id,
    status,
    outputs: { ...outputs },
    exports: { ...exports },
    resources: [...resources.values()].map(({ logicalId, type, provisioned }) => ({
      logicalId,
      type: type.type,
      physicalId: provisioned.physicalId,
      attributes: { ...provisioned.attributes },
    })),
  };
}
