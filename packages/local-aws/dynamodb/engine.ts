import { createRequire } from 'node:module';
import { AwsError, NotSupportedError } from '../core/errors.ts';
import { conditionParser, updateItem } from './changedModules.ts';
import { type ExpressionParser, rememberExpressions, whatIsWrongWith } from './expressions.ts';
import type { AttributeValue, Item, KeySchemaElement, TableDescription } from './store/item.ts';
import type { Store } from './store/store.ts';

/**
 * The parts of dynalite that are used, without its HTTP server: the parsers and checks of each operation's input, and the
 * functions that carry operations out on a store. They are not in dynalite's documentation; its major version is pinned,
 * and the tests of this folder go through all of them.
 */
const require = createRequire(import.meta.url);

type Callback = (error: unknown, result?: Record<string, unknown>) => void;
type Action = (store: Store, input: Input, callback: Callback) => void;

/** An operation's input, once checked: expressions are parsed into members that begin with `_`. */
export type Input = Record<string, unknown> & { TableName: string };

/** dynalite's description of an operation's input. */
interface Checks {
  types: Record<string, unknown>;
  custom?: (input: unknown, store: unknown) => string | undefined;
}

const validations = require('dynalite/validations') as {
  checkTypes(input: unknown, types: Checks['types']): Input;
  /** Says what is wrong, else puts numbers into their one spelling. */
  validateAttributeValue(value: AttributeValue): string | undefined;
  checkValidations(input: unknown, types: Checks['types'], custom: Checks['custom'], store: Store): void;
};

const parserOf = (kind: string) => require(`dynalite/db/${kind}Parser`) as ExpressionParser;
parserOf('condition').parse = conditionParser().parse;
for (const kind of ['condition', 'projection', 'update']) rememberExpressions(parserOf(kind));

/** dynalite's rules on items, keys and sizes. */
export const rules = require('dynalite/db') as {
  createKey(item: Item, table: TableDescription, keySchema?: KeySchemaElement[]): string;
  createIndexKey(item: Item, table: TableDescription, keySchema: KeySchemaElement[]): string;
  /** An error when the key does not fit the table, else nothing. */
  validateKey(key: Item, table: TableDescription): unknown;
  validateItem(item: Item, table: TableDescription): unknown;
  /** An error when the item does not meet the input's condition, else nothing. */
  checkConditional(input: Input, existing: Item | undefined): unknown;
  /** In bytes. */
  itemSize(item: Item): number;
  getIndexActions(
    indexes: { KeySchema: KeySchemaElement[] }[],
    before: Item | undefined,
    after: Item | undefined,
    table: TableDescription,
  ): { puts: { index: string; key: string; item: Item }[]; deletes: { index: string; key: string }[] };
};

const lowerFirst = (name: string) => `${name[0]?.toLowerCase()}${name.slice(1)}`;

const checksByOperation = new Map<string, Checks>();
const checksOf = (operation: string): Checks => {
  let checks = checksByOperation.get(operation);
  if (!checks) {
    checks = require(`dynalite/validations/${lowerFirst(operation)}`) as Checks;
    checksByOperation.set(operation, checks);
  }
  return checks;
};

const actions = new Map<string, Action>([['UpdateItem', updateItem() as Action]]);
const actionOf = (operation: string): Action => {
  let action = actions.get(operation);
  if (!action) {
    action = require(`dynalite/actions/${lowerFirst(operation)}`) as Action;
    actions.set(operation, action);
  }
  return action;
};

/**
 * Checks an operation's input as DynamoDB does, and gives back a copy with its expressions parsed. `alsoKnown` names
 * members that the caller handles itself. Throws ValidationException, SerializationException, and
 * NotSupportedByLocalAws for a member that nobody handles.
 */
export function checkInput(
  operation: string,
  input: Record<string, unknown>,
  store: Store,
  alsoKnown: readonly string[] = [],
): Input {
  const { types, custom } = checksOf(operation);
  for (const [name, value] of Object.entries(input)) {
    if (!(name in types) && !alsoKnown.includes(name) && value !== null && value !== undefined)
      throw new NotSupportedError(`the parameter ${name} of dynamodb:${operation}`);
  }
  checkReturnedOnFailure(input);
  checkExpressions(input);
  return translated(() => {
    try {
      const checked = validations.checkTypes({ ...input }, types);
      validations.checkValidations(checked, types, custom, store);
      return checked;
    } catch (error) {
      // dynalite looks into what it takes for there: a null in the place of an attribute's value, say.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      throw validationException(`The input of ${operation} cannot be read: ${error.message}`);
    }
  });
}

/** The value of a key as text, one for each key: numbers have one spelling only. Undefined for what is no value of a key. */
export function keyText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const spelled = { ...value };
  const [text] = Object.values(validations.validateAttributeValue(spelled) === undefined ? spelled : {});
  return typeof text === 'string' ? text : undefined;
}

/** dynalite does not know this parameter. */
function checkReturnedOnFailure({ ReturnValuesOnConditionCheckFailure: value }: Record<string, unknown>): void {
  if (value === undefined || value === null || value === 'ALL_OLD' || value === 'NONE') return;
  throw validationException(
    `1 validation error detected: Value '${value}' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: ` +
      'Member must satisfy enum value set: [ALL_OLD, NONE]',
  );
}

/** dynalite does not bound expressions. */
function checkExpressions(input: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(input)) {
    const wrong = name.endsWith('Expression') && typeof value === 'string' ? whatIsWrongWith(value) : undefined;
    if (wrong) throw validationException(`Invalid ${name}: ${wrong}`);
  }
}

/** Carries out an operation that answers at once, as all writes do (see `Store`). */
export function runNow(operation: string, input: Input, store: Store): Record<string, unknown> {
  let outcome: { error: unknown; result: Record<string, unknown> } | undefined;
  actionOf(operation)(store, input, (error, result) => {
    outcome = { error, result: result ?? {} };
  });
  if (!outcome) throw new Error(`dynalite's ${operation} did not answer at once`);
  if (outcome.error) throw toAwsError(outcome.error);
  return outcome.result;
}

/** Carries out an operation that reads a range. */
export function runLater(operation: string, input: Input, store: Store): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    actionOf(operation)(store, input, (error, result) => {
      if (error) reject(toAwsError(error));
      else resolve(result ?? {});
    });
  });
}

/** Runs `work` with dynalite's errors translated. */
export function translated<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toAwsError(error);
  }
}

/** dynalite's errors carry a status and a body with `__type`; anything else is ours and passes unchanged. */
function toAwsError(error: unknown): unknown {
  const { statusCode, body } = error as { statusCode?: number; body?: Record<string, string> };
  if (statusCode === undefined || body === undefined) return error;
  const code = body.__type?.split('#').pop() ?? 'InternalServerError';
  return new AwsError(code, body.message ?? body.Message ?? '', { status: statusCode, cause: error });
}

/** DynamoDB's error for an input that does not fit. */
export function validationException(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
