import type { Core } from '../core/cloud.ts';
import type { Provisioned, ResourceType } from '../core/resource.ts';
import type { LocalService } from '../core/service.ts';
import type { Bus } from '../events/bus.ts';
import { type Alarm, Alarms } from './alarms.ts';
import { createAnnounce } from './announce.ts';
import type { MetricSource } from './metricSource.ts';
import { metricOperations } from './metrics.ts';
import { alarmOperations } from './operations.ts';
import { type AlarmProperties, alarmProperties } from './properties.ts';

/** What CloudWatch is made with: who tells of alarms, and who counts. */
export interface CloudWatchParts {
  bus: Pick<Bus, 'announce'>;
  metrics?: readonly MetricSource[];
}

/** CloudWatch, as far as alarms go that somebody sets, and metrics that local-aws counts itself: nobody can put any, and no alarm looks at them. */
export function createCloudWatch(core: Core, { bus, metrics = [] }: CloudWatchParts): LocalService {
  const alarms = new Alarms(core);
  return {
    id: 'cloudwatch',
    protocol: { kind: 'json', targetPrefix: 'GraniteServiceVersion20100801', version: '1.0' },
    operations: {
      ...alarmOperations(alarms, createAnnounce(core, bus), () => core.clock.now()),
      ...metricOperations(metrics),
    },
    errors: {
      namespace: 'com.amazonaws.cloudwatch#',
      queryCodes: { ValidationException: 'ValidationError' },
      throttled: { code: 'Throttling', status: 400 },
      denied: { code: 'AccessDenied', status: 403 },
    },
    resources: [alarmType(alarms)],
  };
}

/** `AWS::CloudWatch::Alarm` */
function alarmType(alarms: Alarms): ResourceType<AlarmProperties> {
  const provisioned = ({ name, arn }: Alarm): Provisioned => ({ physicalId: name, attributes: { Arn: arn } });
  return {
    type: 'AWS::CloudWatch::Alarm',
    properties: alarmProperties,
    replaceOn: ['AlarmName'],
    async create(wanted, context) {
      const name = wanted.AlarmName ?? context.generateName({ maxLength: 255 });
      return provisioned(alarms.put(context.stackName, name, wanted));
    },
    async update(current, wanted, _previous, context) {
      return provisioned(alarms.put(context.stackName, current.physicalId, wanted));
    },
    remove: async (current) => alarms.remove(current.physicalId),
  };
}
