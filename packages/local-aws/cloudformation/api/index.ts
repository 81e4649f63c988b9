import type { Core } from '../../core/cloud.ts';
import type { LocalService } from '../../core/service.ts';
import type { Stacks } from '../stacks.ts';
import { changeOperations } from './change.ts';
import { changeSetOperations } from './changeSets.ts';
import { describeOperations } from './describe.ts';
import type { ApiParts } from './parts.ts';
import { Records } from './records.ts';
import { Runs } from './runs.ts';

/** What CloudFormation's API is made of. */
export interface CloudFormationParts {
  /** Made after all services are: asked for with the first call. */
  stacks(): Stacks;
  /** Whether nobody but the owner can have put something into a bucket. */
  isTrusted(bucket: string): boolean;
}

/** CloudFormation's own API, as osls deploys by it: the laptop's owner deploys, with his own key. */
export function createCloudFormation(core: Core, { stacks, isTrusted }: CloudFormationParts): LocalService {
  const records = new Records(core);
  const made = {
    core,
    records,
    isTrusted,
    get stacks() {
      return stacks();
    },
  };
  const runs = new Runs(made);
  const parts: ApiParts = Object.defineProperties({ runs } as ApiParts, Object.getOwnPropertyDescriptors(made));
  return {
    id: 'cloudformation',
    protocol: { kind: 'query', xmlns: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' },
    operations: { ...describeOperations(parts), ...changeSetOperations(parts), ...changeOperations(parts) },
    changing: new Set([
      ...['CreateChangeSet', 'ExecuteChangeSet', 'DeleteChangeSet', 'CreateStack', 'UpdateStack', 'DeleteStack'],
      ...['SetStackPolicy', 'UpdateTerminationProtection'],
    ]),
    errors: {
      throttled: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
      denied: { code: 'AccessDenied', status: 403 },
    },
    resources: [],
    resume: () => runs.resume(),
  };
}
