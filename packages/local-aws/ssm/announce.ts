import type { Bus } from '../events/bus.ts';
import { parameterArn } from './names.ts';
import type { Version } from './parameters.ts';

/** Tells the default bus what was done to a parameter. Of what it says nothing: that is for those who may read it. */
export type Announce = (
  operation: 'Create' | 'Update' | 'Delete',
  name: string,
  version: Pick<Version, 'type' | 'description'>,
  chain: { traceHeader?: string | undefined; madeBy?: string | undefined },
) => void;

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html */
export function createAnnounce(bus: Pick<Bus, 'announce'>): Announce {
  return (operation, name, { type, description }, { traceHeader, madeBy }) => {
    const detail = { operation, name, type, ...(description !== undefined && { description }) };
    const chain = {
      ...(traceHeader !== undefined && { traceHeader }),
      ...(madeBy !== undefined && { requestId: madeBy }),
    };
    bus.announce(
      { source: 'aws.ssm', detailType: 'Parameter Store Change', resources: [parameterArn(name)], detail },
      chain,
    );
  };
}
