import { createHash } from 'node:crypto';
import { arnOf } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';
import type { Hop, Journal } from '../core/journal.ts';
import type { Report } from './deployment.ts';

/** Writes into the journal what happens to stacks. */
export interface History {
  /** What happens to the resources of a stack. */
  ofResources(stackName: string): Report;
  /** What has become of a stack: `CREATE_COMPLETE`. */
  ofStack(stackName: string, status: string, detail: Record<string, unknown>, error?: Error): void;
}

export function createHistory(journal: Journal): History {
  const record = (action: string, hop: Pick<Hop, 'from' | 'to' | 'detail'>, error: Error | undefined) =>
    journal.record({
      kind: 'provision',
      service: 'cloudformation',
      action,
      ...hop,
      outcome: error ? 'error' : 'ok',
      ...(error && { error: { code: error instanceof AwsError ? error.code : error.name, message: error.message } }),
    });
  return {
    ofResources: (stackName) => (action, resource, error) => {
      const { logicalId, type, provisioned } = resource;
      const from = stackIdOf(stackName);
      const to = provisioned.attributes.Arn ?? provisioned.physicalId;
      const detail = { stackName, logicalId, type: type.type };
      record(`${action}_${error ? 'FAILED' : 'COMPLETE'}`, { from, to, detail }, error);
    },
    ofStack: (stackName, status, detail, error) =>
      void record(status, { to: stackIdOf(stackName), detail: { stackName, ...detail } }, error),
  };
}

/** The id follows from the name, so that it outlives a restart. */
export function stackIdOf(stackName: string): string {
  const hex = createHash('sha256').update(stackName).digest('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)];
  return arnOf('cloudformation', `stack/${stackName}/${uuid.join('-')}`);
}
