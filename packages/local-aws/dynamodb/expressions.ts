/** A value in DynamoDB's own JSON. */
type Value = Record<string, unknown>;

/** What dynalite's parsers are given beside the text, and what they take away from it: what was used. */
export interface ParseContext {
  attrNames?: Record<string, string>;
  attrVals?: Record<string, Value>;
  unusedAttrNames: Record<string, boolean>;
  unusedAttrVals: Record<string, boolean>;
  isKeyCondition?: boolean;
}

/** One of dynalite's parsers of expressions. A text as a result is an error. */
export interface ExpressionParser {
  parse(text: string, options: { context: ParseContext }): unknown;
}

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters */
const LONGEST_BYTES = 4096;
const LAST_INDEX = 4_294_967_294;

/** What DynamoDB says of an expression that is too long, or of an index in it that no list can have. */
export function whatIsWrongWith(expression: string): string | undefined {
  const bytes = Buffer.byteLength(expression);
  if (bytes > LONGEST_BYTES) {
    return `Expression size has exceeded the maximum allowed size; expression size: ${bytes}`;
  }
  const [, index] = [...expression.matchAll(/\[(\d+)\]/g)].find(([, digits]) => Number(digits) > LAST_INDEX) ?? [];
  return index && `List index is not within the allowable range; index: [${index}]`;
}

/** Stands in a parsed expression where a value belongs. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

interface Parsed {
  /** The parsed expression, with placeholders for values. */
  template: unknown;
  usedNames: string[];
  usedValues: string[];
}

/**
 * How long the expressions that are remembered may be together with their names, and one of them, in characters. Those of a
 * program are few and short; what makes new ones without end, or sends names that it does not use, must not fill the memory.
 */
const MOST_CHARACTERS = 1_000_000;
const LONGEST_CHARACTERS = 20_000;
/** What is right or wrong with these depends on the values themselves. */
const BY_VALUE = /between|attribute_type/i;

/**
 * Has a parser remember what it has parsed. dynalite's grammars go back and try again so often that a condition with a
 * parenthesis costs milliseconds, and a program's expressions differ in their values only. What is parsed depends on the text, the
 * names and the types of the values; the values are put in each time.
 */
export function rememberExpressions(parser: ExpressionParser): void {
  const parseAnew = parser.parse;
  const remembered = new Map<string, Parsed>();
  let characters = 0;
  parser.parse = (text, { context }) => {
    const { attrNames, attrVals = {}, unusedAttrNames, unusedAttrVals } = context;
    if (BY_VALUE.test(text)) return parseAnew(text, { context });
    const types = Object.entries(attrVals).map(([name, value]) => [name, Object.keys(value)[0]]);
    const key = JSON.stringify([text, context.isKeyCondition, attrNames, types]);
    if (key.length > LONGEST_CHARACTERS) return parseAnew(text, { context });
    let parsed = remembered.get(key);
    if (!parsed) {
      // Copies tell values apart that are one object.
      const copies = Object.fromEntries(Object.entries(attrVals).map(([name, value]) => [name, { ...value }]));
      const unusedNames = { ...unusedAttrNames };
      const unusedValues = { ...unusedAttrVals };
      const given = { ...context, ...(context.attrVals && { attrVals: copies }) };
      const result = parseAnew(text, {
        context: { ...given, unusedAttrNames: unusedNames, unusedAttrVals: unusedValues },
      });
      // An error may quote a value.
      if (typeof result === 'string') return parseAnew(text, { context });
      parsed = {
        template: withPlaceholders(result, new Map(Object.entries(copies).map(([name, value]) => [value, name]))),
        usedNames: Object.keys(unusedAttrNames).filter((name) => !(name in unusedNames)),
        usedValues: Object.keys(unusedAttrVals).filter((name) => !(name in unusedValues)),
      };
      characters += key.length;
      if (characters > MOST_CHARACTERS) {
        remembered.clear();
        characters = key.length;
      }
      remembered.set(key, parsed);
    }
    for (const name of parsed.usedNames) delete unusedAttrNames[name];
    for (const name of parsed.usedValues) delete unusedAttrVals[name];
    return withValues(parsed.template, attrVals);
  };
}

function withPlaceholders(part: unknown, names: ReadonlyMap<unknown, string>): unknown {
  const name = names.get(part);
  if (name !== undefined) return new Placeholder(name);
  return mapped(part, (member) => withPlaceholders(member, names));
}

function withValues(part: unknown, values: Record<string, Value>): unknown {
  if (part instanceof Placeholder) return values[part.name];
  return mapped(part, (member) => withValues(member, values));
}

/** A copy with each member changed. */
function mapped(part: unknown, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(part)) return part.map(change);
  if (typeof part !== 'object' || part === null) return part;
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(part));
  for (const [name, member] of Object.entries(part)) copy[name] = change(member);
  return copy;
}
