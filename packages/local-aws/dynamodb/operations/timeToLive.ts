import { NotSupportedError } from '../../core/errors.ts';
import { type Database, existingTable, tableNameOf } from '../database.ts';
import { validationException } from '../engine.ts';
import { ttlAttribute } from '../expiry.ts';
import { refuseInheritedNames } from '../names.ts';

/** DescribeTimeToLive. */
export async function describeTimeToLive({ store }: Database, raw: Record<string, unknown>): Promise<unknown> {
  const table = existingTable(store, requiredName(raw, ['TableName'], 'DescribeTimeToLive'));
  const attribute = ttlAttribute(store, table.TableName);
  return {
    TimeToLiveDescription: attribute
      ? { TimeToLiveStatus: 'ENABLED', AttributeName: attribute }
      : { TimeToLiveStatus: 'DISABLED' },
  };
}

/** UpdateTimeToLive: takes effect at once, for the items that are there as well. */
export function updateTimeToLive(onChange: (table: string) => void) {
  return async ({ store }: Database, raw: Record<string, unknown>): Promise<unknown> => {
    const name = requiredName(raw, ['TableName', 'TimeToLiveSpecification'], 'UpdateTimeToLive');
    const table = existingTable(store, name);
    const specification = raw.TimeToLiveSpecification as { Enabled?: unknown; AttributeName?: unknown } | undefined;
    const { Enabled: enabled, AttributeName: attribute } = specification ?? {};
    if (typeof enabled !== 'boolean' || typeof attribute !== 'string' || attribute === '')
      throw validationException(
        "1 validation error detected: Value at 'timeToLiveSpecification' failed to satisfy constraint: " +
          'Enabled and AttributeName must not be null',
      );
    refuseInheritedNames(specification);
    const current = ttlAttribute(store, table.TableName);
    if (enabled && current) throw validationException('TimeToLive is already enabled');
    if (!enabled && !current) throw validationException('TimeToLive is already disabled');
    if (!enabled && current !== attribute)
      throw validationException(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`,
      );
    store.commit(() => {
      if (enabled) store.settings('ttl').put(table.TableName, attribute);
      else store.settings('ttl').del(table.TableName);
    });
    onChange(table.TableName);
    return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
  };
}

function requiredName(raw: Record<string, unknown>, known: string[], operation: string): string {
  const unknown = Object.keys(raw).find((name) => !known.includes(name));
  if (unknown) throw new NotSupportedError(`the parameter ${unknown} of dynamodb:${operation}`);
  const name = tableNameOf(raw.TableName);
  if (typeof name !== 'string')
    throw validationException("The parameter 'TableName' is required but was not present in the request");
  return name;
}
