import { createHash } from 'node:crypto';
import type { Core } from '../../core/cloud.ts';
import { asError } from '../../core/errors.ts';
import type { ResourceEvent } from '../deployment.ts';
import type { DeployRequest, Stacks, StackWatch } from '../stacks.ts';
import { changesOf } from './changes.ts';
import type { Recorded, Records } from './records.ts';
import { refusedByPolicy } from './stackPolicy.ts';

/** What changes of stacks are carried out with. */
export interface RunParts {
  core: Core;
  stacks: Pick<Stacks, 'check' | 'deploy' | 'has' | 'remove' | 'requestOf'>;
  records: Records;
}

/** What is to become of a stack. */
export type Wanted = Pick<DeployRequest, 'template'> & { parameters: Record<string, string> };

const INTERRUPTED = 'local-aws ended while this was under way';
const BY_USER = 'User Initiated';

/** Carries out changes of stacks behind the answer to who asked for them, and writes down how they go. */
export class Runs {
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Makes a stack. `onFailure`: what becomes of one that could not be made. */
  create(recorded: Recorded, wanted: Wanted, onFailure: 'ROLLBACK' | 'DELETE' = 'ROLLBACK'): void {
    const { records } = this.#parts;
    records.change(recorded, { goal: goalOf(wanted) });
    records.stackEvent(recorded, 'CREATE_IN_PROGRESS', BY_USER);
    this.#behind(async () => {
      const how = await this.#deploy(recorded, 'CREATE', wanted);
      records.stackEvent(recorded, how.status, how.reason);
      if (how.status === 'CREATE_COMPLETE' || onFailure !== 'DELETE') return;
      records.stackEvent(recorded, 'DELETE_IN_PROGRESS', how.reason);
      records.stackEvent(recorded, 'DELETE_COMPLETE');
      records.remove(recorded);
    });
  }

  /** Makes a stack what is wanted. */
  update(recorded: Recorded, wanted: Wanted): void {
    const { records, core } = this.#parts;
    records.change(recorded, { goal: goalOf(wanted), updatedMs: core.clock.now() });
    records.stackEvent(recorded, 'UPDATE_IN_PROGRESS', BY_USER);
    this.#behind(async () => {
      const refused = this.#refusedChanges(recorded, wanted);
      for (const event of refused) records.resourceEvent(recorded, event);
      if (refused.length > 0) {
        const names = refused.map(({ logicalId }) => logicalId).join(', ');
        const reason = `The following resource(s) failed to update: [${names}].`;
        records.stackEvent(recorded, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
        records.stackEvent(recorded, 'UPDATE_ROLLBACK_COMPLETE');
        return;
      }
      const how = await this.#deploy(recorded, 'UPDATE', wanted);
      records.stackEvent(recorded, how.status, how.reason);
    });
  }

  /** Removes a stack. */
  remove(recorded: Recorded): void {
    const { records, stacks } = this.#parts;
    const { name } = recorded.record;
    records.stackEvent(recorded, 'DELETE_IN_PROGRESS', BY_USER);
    this.#behind(async () => {
      try {
        if (stacks.has(name)) await stacks.remove(name, this.#watch(recorded));
      } catch (error) {
        records.stackEvent(recorded, 'DELETE_FAILED', asError(error).message);
        return;
      }
      records.stackEvent(recorded, 'DELETE_COMPLETE');
      records.remove(recorded);
    });
  }

  /** Says how it came out what an earlier run has left under way. */
  resume(): void {
    const { records, stacks } = this.#parts;
    for (const recorded of records.all()) {
      const { name, status, goal } = recorded.record;
      if (!status.endsWith('_IN_PROGRESS') || status === 'REVIEW_IN_PROGRESS') continue;
      const asked = stacks.requestOf(name);
      const isReached = asked !== undefined && goal === goalOf(asked);
      if (status === 'DELETE_IN_PROGRESS') {
        if (stacks.has(name)) records.stackEvent(recorded, 'DELETE_FAILED', INTERRUPTED);
        else records.remove(recorded);
      } else if (status === 'CREATE_IN_PROGRESS' || status === 'ROLLBACK_IN_PROGRESS') {
        records.stackEvent(recorded, isReached ? 'CREATE_COMPLETE' : 'ROLLBACK_COMPLETE', INTERRUPTED);
      } else records.stackEvent(recorded, isReached ? 'UPDATE_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE', INTERRUPTED);
    }
  }

  #behind(work: () => Promise<void>): void {
    void this.#parts.core.clock.track(work());
  }

  /** Gives the status that the stack has in the end. */
  async #deploy(
    recorded: Recorded,
    verb: 'CREATE' | 'UPDATE',
    wanted: Wanted,
  ): Promise<{ status: string; reason?: string }> {
    const { records, stacks } = this.#parts;
    let hasFailed = false;
    const rollback = verb === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK';
    const rollsBack = (reason: string) => {
      // Whoever follows the events looks for the first that failed.
      if (!hasFailed) records.stackEvent(recorded, `${verb}_FAILED`, reason);
      records.stackEvent(recorded, `${rollback}_IN_PROGRESS`, reason);
    };
    let isRollingBack = false;
    const watch = this.#watch(recorded, {
      resource(event) {
        hasFailed ||= event.status.endsWith('_FAILED');
      },
      stack(status, reason) {
        isRollingBack = status.endsWith('ROLLBACK_IN_PROGRESS');
        if (isRollingBack) rollsBack(reason ?? '');
        else records.stackEvent(recorded, status, reason);
      },
    });
    try {
      await stacks.deploy({ stackName: recorded.record.name, ...wanted, hasUploadedCode: true, watch });
      return { status: `${verb}_COMPLETE` };
    } catch (thrown) {
      const reason = asError(thrown).message;
      if (!isRollingBack) rollsBack(reason);
      return { status: `${rollback}_COMPLETE`, reason };
    }
  }

  #watch(recorded: Recorded, also: Partial<StackWatch> = {}): StackWatch {
    const { records } = this.#parts;
    return {
      resource(event) {
        also.resource?.(event);
        records.resourceEvent(recorded, event);
      },
      stack: also.stack ?? ((status, reason) => records.stackEvent(recorded, status, reason)),
    };
  }

  /** What the stack's own policy says no to, as events. */
  #refusedChanges({ record: { name, policy } }: Recorded, wanted: Wanted): ResourceEvent[] {
    const { stacks } = this.#parts;
    if (policy === undefined) return [];
    const plan = stacks.check({ stackName: name, ...wanted });
    const changes = changesOf(name, stacks.requestOf(name), plan, wanted.parameters);
    const reasons = refusedByPolicy(policy, changes);
    return changes.flatMap(({ logicalId, type, physicalId }): ResourceEvent[] => {
      const reason = reasons.get(logicalId);
      if (reason === undefined) return [];
      return [{ logicalId, type, status: 'UPDATE_FAILED', reason, ...(physicalId !== undefined && { physicalId }) }];
    });
  }
}

/** A digest of what a stack is to be. */
function goalOf({ template, parameters }: Wanted): string {
  return createHash('sha256')
    .update(JSON.stringify([template, parameters]))
    .digest('hex');
}
