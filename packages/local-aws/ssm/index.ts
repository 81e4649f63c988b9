import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import type { Bus } from '../events/bus.ts';
import { createAnnounce } from './announce.ts';
import { parameterOperations } from './operations.ts';
import { Parameters } from './parameters.ts';
import { parameterType } from './resources.ts';

/** Systems Manager, as far as its Parameter Store goes. `bus`: where AWS's own events are put. */
export function createSsm(core: Core, { bus }: { bus: Pick<Bus, 'announce'> }): LocalService {
  const parameters = new Parameters(core);
  const announce = createAnnounce(bus);
  return {
    id: 'ssm',
    protocol: { kind: 'json', targetPrefix: 'AmazonSSM', version: '1.1' },
    operations: parameterOperations(core, parameters, announce),
    resources: [parameterType(parameters, announce)],
  };
}
