import type { Core } from '../core/cloud.ts';
import { bring } from '../core/delivery.ts';
import { ROOT, servicePrincipal } from '../core/principal.ts';
import { traceRoot } from '../core/trace.ts';
import type { Bus } from '../events/bus.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import type { Alarm, AlarmState } from './alarms.ts';
import { messageOf, stateChangeDetail, subjectOf } from './told.ts';

/** Tells of an alarm that it is in another state: as an event on the default bus, and to its topics. Never throws. */
export type Announce = (alarm: Alarm, previous: AlarmState, traceHeader: string | undefined) => Promise<void>;

/** `bus`: where AWS's own events are put. */
export function createAnnounce(core: Core, bus: Pick<Bus, 'announce'>): Announce {
  return async (alarm, previous, given) => {
    const traceHeader = given ?? formatTrace(newTrace(core.newId(), core.clock.now()));
    const detail = stateChangeDetail(alarm, previous, core.newId());
    const named = { source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change', resources: [alarm.arn] };
    bus.announce({ ...named, detail }, { traceHeader });
    if (!alarm.properties.ActionsEnabled) return;
    for (const targetArn of actionsOf(alarm)) {
      const traceId = traceRoot(traceHeader);
      const hop = {
        kind: 'delivery' as const,
        service: 'cloudwatch',
        action: 'deliver',
        from: alarm.arn,
        to: targetArn,
        ...(traceId !== undefined && { traceId }),
      };
      await bring(core, hop, () => ({
        targetArn,
        // A topic without a policy of its own takes what the account's own alarms say: its default policy names the account.
        principal: core.services.policyOf(targetArn) ? servicePrincipal('cloudwatch.amazonaws.com', alarm.arn) : ROOT,
        payload: messageOf(alarm, previous),
        subject: subjectOf(alarm),
        traceHeader,
      }));
    }
  };
}

function actionsOf({ properties, state }: Alarm): readonly string[] {
  switch (state.value) {
    case 'ALARM':
      return properties.AlarmActions;
    case 'OK':
      return properties.OKActions;
    default:
      return properties.InsufficientDataActions;
  }
}
