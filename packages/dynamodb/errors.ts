/** The base of all errors of this package. `code` is stable. Other errors are the SDK's own. */
export abstract class DynamoDbError extends Error {
  abstract readonly code: string;
}

/** An item in the table does not have the shape that the code expects: written by another version, or by hand. */
export class MalformedItemError extends DynamoDbError {
  override readonly name = 'MalformedItemError';
  readonly code = 'MALFORMED_ITEM';
  readonly table: string;

  constructor(table: string, key: unknown, cause: unknown) {
    super(`item ${JSON.stringify(key)} of ${table} does not have the expected shape`, { cause });
    this.table = table;
  }
}

/** DynamoDB left part of a batch undone, again and again: the table is throttled. */
export class UnprocessedItemsError extends DynamoDbError {
  override readonly name = 'UnprocessedItemsError';
  readonly code = 'UNPROCESSED_ITEMS';
  readonly table: string;
  readonly count: number;

  constructor(table: string, count: number) {
    super(`${count} item(s) of a batch on ${table} were left unprocessed after all repetitions`);
    this.table = table;
    this.count = count;
  }
}
