import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import { createDelivering } from './delivering.ts';
import { ruleOperations } from './operations.ts';
import { ruleType } from './ruleResource.ts';
import { RuleStore } from './rules.ts';
import { createScheduler } from './scheduler.ts';

/** EventBridge, as far as scheduled rules on the default bus need it. */
export function createEvents(core: Core): LocalService {
  const rules = new RuleStore();
  const delivering = createDelivering(core, rules);
  const scheduler = createScheduler(core, rules, delivering);
  return {
    id: 'events',
    protocol: { kind: 'json', targetPrefix: 'AWSEvents', version: '1.1' },
    operations: ruleOperations(rules, scheduler),
    resources: [ruleType(rules, scheduler)],
    resume() {
      delivering.resume();
      scheduler.resume();
    },
    close: async () => scheduler.stop(),
  };
}
