import type { MalformedItemError } from './errors.ts';
import { type Change, type Condition, changeText, conditionText, Placeholders } from './expressions.ts';

/** A primary key: partition key, and sort key where the table has one. */
export type Key = Record<string, string | number>;

/** What a query or scan reads. */
export interface ReadOptions {
  index?: string;
  /** Keeps items back after they were read: they cost as much as the others. */
  filter?: Condition;
  /** Items a page; all pages are read unless the caller stops iterating. */
  pageSize?: number;
  /** Not possible on global indexes. */
  consistent?: boolean;
  /** Is told of items that cannot be parsed, which are left out then. Without it, reading ends at the first one with its error. */
  onMalformed?(error: MalformedItemError): void;
}

/** Builds the requests of one table, each with its own placeholders. */
export function requestsFor(TableName: string) {
  const write = (placeholders: Placeholders, when: Condition | undefined) => ({
    TableName,
    ...(when && { ConditionExpression: conditionText(when, placeholders) }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    ...placeholders.members(),
  });
  const read = (
    placeholders: Placeholders,
    { index, filter, pageSize, consistent }: ReadOptions,
    keyCondition?: Condition,
  ) => ({
    TableName,
    ...(keyCondition && { KeyConditionExpression: conditionText(keyCondition, placeholders) }),
    ...(index && { IndexName: index }),
    ...(filter && { FilterExpression: conditionText(filter, placeholders) }),
    ...(pageSize && { Limit: pageSize }),
    ...(consistent && { ConsistentRead: true }),
    ...placeholders.members(),
  });

  return {
    get: (key: Key, consistent: boolean) => ({ TableName, Key: key, ConsistentRead: consistent }),

    put: <Item>(item: Item, when?: Condition) => ({ ...write(new Placeholders(), when), Item: item }),

    update(key: Key, change: Change, when?: Condition) {
      const placeholders = new Placeholders();
      const UpdateExpression = changeText(change, placeholders);
      return { ...write(placeholders, when), Key: key, UpdateExpression };
    },

    remove: (key: Key, when?: Condition) => ({ ...write(new Placeholders(), when), Key: key }),

    check(key: Key, when: Condition) {
      const placeholders = new Placeholders();
      const ConditionExpression = conditionText(when, placeholders);
      return { ...write(placeholders, undefined), Key: key, ConditionExpression };
    },

    query: (keyCondition: Condition, options: ReadOptions & { descending?: boolean }) => ({
      ...read(new Placeholders(), options, keyCondition),
      ScanIndexForward: !options.descending,
    }),

    scan: (options: ReadOptions) => read(new Placeholders(), options),
  };
}
