import { parseSync } from '@swc/core';

/** A change to a text: what lies in [start, end), counted in bytes, becomes `text`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

interface Node {
  type: string;
  span: { start: number; end: number };
  // biome-ignore lint/suspicious/noExplicitAny: the syntax tree is walked by field, whatever its kinds of node.
  [field: string]: any;
}

const OTHER_OPERATORS: Record<string, string[]> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
};

const OTHER_METHODS: Record<string, string> = {
  some: 'every',
  every: 'some',
  max: 'min',
  min: 'max',
  floor: 'ceil',
  ceil: 'floor',
  find: 'findLast',
  findLast: 'find',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
};

/** Methods without which a call gives what it was called on. */
const LEFT_OUT_METHODS = new Set(['filter', 'slice', 'sort', 'toSorted', 'reverse', 'toReversed', 'trim', 'normalize']);

/**
 * All mutants of a TypeScript file: conditions that always or never hold, each side of `&&`, `||` and `??` alone, other
 * comparisons and arithmetic, other constants, what is left out of objects and lists, statements that do nothing.
 * Types and imports stay.
 */
export function mutantsOf(source: string): Edit[] {
  const bytes = Buffer.from(source);
  const edits: Edit[] = [];
  // Positions of swc are in bytes, and count from 1.
  const startOf = ({ span }: Pick<Node, 'span'>) => span.start - 1;
  const endOf = ({ span }: Pick<Node, 'span'>) => span.end - 1;
  const textOf = (node: Node) => bytes.toString('utf8', startOf(node), endOf(node));
  const replace = (node: Pick<Node, 'span'>, text: string) =>
    edits.push({ start: startOf(node), end: endOf(node), text });
  /** Replaces `what`, which stands somewhere after `from`. */
  const replaceNext = (from: number, what: string, text: string) => {
    const start = bytes.indexOf(what, from);
    edits.push({ start, end: start + Buffer.byteLength(what), text });
  };
  const decide = (test: Node) => {
    replace(test, 'true');
    replace(test, 'false');
  };
  /** One mutant for each item of a list, without it and the comma behind it. */
  const leaveOutEach = (items: { start: number; end: number }[]) => {
    for (const { start, end } of items) {
      const comma = /^\s*,/.exec(bytes.toString('utf8', end))?.[0] ?? '';
      edits.push({ start, end: end + Buffer.byteLength(comma), text: '' });
    }
  };
  const extentOf = ({ spread, expression }: { spread?: Node['span']; expression: Node }) => ({
    start: spread ? spread.start - 1 : startOf(expression),
    end: endOf(expression),
  });

  const rules: Record<string, (node: Node) => void> = {
    BinaryExpression(node) {
      const { operator, left, right } = node;
      if (['&&', '||', '??'].includes(operator)) {
        replace(node, `(${textOf(left)})`);
        // In a chain, what stands further left loses each of its own sides.
        if (left.operator !== operator) replace(node, `(${textOf(right)})`);
      }
      for (const other of OTHER_OPERATORS[operator] ?? []) replaceNext(endOf(left), operator, other);
    },
    AssignmentExpression({ operator, left }) {
      for (const other of OTHER_OPERATORS[operator] ?? []) replaceNext(endOf(left), operator, other);
    },
    UnaryExpression(node) {
      if (['!', '-'].includes(node.operator)) replace(node, textOf(node.argument));
    },
    BooleanLiteral: (node) => replace(node, String(!node.value)),
    StringLiteral: (node) => replace(node, node.value === '' ? "'mutant'" : "''"),
    NumericLiteral: (node) => replace(node, String(node.value + 1)),
    TemplateLiteral: (node) => replace(node, "''"),
    IfStatement: ({ test }) => decide(test),
    ConditionalExpression: ({ test }) => decide(test),
    WhileStatement: ({ test }) => replace(test, 'false'),
    ForStatement: ({ test }) => test && replace(test, 'false'),
    ExpressionStatement: (node) => replace(node, ';'),
    ThrowStatement: (node) => replace(node, ';'),
    ContinueStatement: (node) => replace(node, ';'),
    ObjectExpression({ properties }) {
      leaveOutEach(
        properties.map((property: Node) =>
          property.type === 'SpreadElement'
            ? extentOf({ spread: property.spread, expression: property.arguments })
            : { start: startOf(rangeOf(property)), end: endOf(rangeOf(property)) },
        ),
      );
    },
    ArrayExpression({ elements }) {
      leaveOutEach(elements.filter(Boolean).map(extentOf));
    },
    OptionalChainingExpression({ optional, base }) {
      // A link behind the first is written without a question mark.
      if (!optional) return;
      const isMember = base.type === 'MemberExpression' && base.property.type !== 'Computed';
      replaceNext(endOf(base.object ?? base.callee), '?.', isMember ? '.' : '');
    },
    CallExpression(node) {
      const { callee } = node;
      const name = callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.value;
      if (typeof name !== 'string') return;
      const other = OTHER_METHODS[name];
      if (other) replace(callee.property, other);
      if (LEFT_OUT_METHODS.has(name)) replace(node, textOf(callee.object));
    },
  };

  const visit = (node: Node): void => {
    rules[node.type]?.(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }) as unknown as Node);
  return edits.sort((one, other) => one.start - other.start || one.end - other.end);
}

/** The text after an edit. */
export function applyEdit(source: string, { start, end, text }: Edit): string {
  const bytes = Buffer.from(source);
  return bytes.toString('utf8', 0, start) + text + bytes.toString('utf8', end);
}

/** Some nodes have no span of their own: they reach from their key to their value. */
function rangeOf(node: Node): Pick<Node, 'span'> {
  if (node.span) return node;
  return { span: { start: rangeOf(node.key).span.start, end: rangeOf(node.value ?? node.body).span.end } };
}

const WRAPPERS = new Set(['TsAsExpression', 'TsNonNullExpression', 'TsSatisfiesExpression', 'TsConstAssertion']);

/** What can be changed below a node: no types, no imports, no names. */
function childrenOf(node: Node): Node[] {
  if (node.type === 'ImportDeclaration' || node.type === 'ExportNamedDeclaration') return [];
  if (WRAPPERS.has(node.type)) return [node.expression];
  if (node.type.startsWith('Ts')) return [];
  const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
  return Object.entries(node).flatMap(([field, value]) => {
    // A computed name is an expression; any other says nothing that could be otherwise.
    if (field === 'key' && value?.type !== 'Computed') return [];
    if (isNode(value)) return [value];
    if (!Array.isArray(value)) return [];
    // Arguments and elements are wrapped: { spread, expression }.
    return value.map((item) => (item?.expression && !isNode(item) ? item.expression : item)).filter(isNode);
  });
}
