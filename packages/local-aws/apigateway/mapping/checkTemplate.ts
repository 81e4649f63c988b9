import { Regex } from '../../core/regex/regex.ts';
import { parseJsonPath } from './jsonPath.ts';
import { REGEX_METHODS } from './stringMethods.ts';
import { type Expression, isFilledIn, type Node, parseTemplate, type Reference } from './syntax.ts';
import { INPUT_METHODS, UTIL_METHODS } from './variables.ts';

/** docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html, in characters. */
const MAX_TEMPLATE_LENGTH = 300 * 1024;

/** Directives of Velocity that API Gateway does not carry out. */
const NOT_EXECUTED: ReadonlySet<string> = new Set(['evaluate', 'include', 'parse']);

const METHODS: Readonly<Record<string, ReadonlySet<string>>> = { input: INPUT_METHODS, util: UTIL_METHODS };

/**
 * Reads a mapping template as it is deployed. Throws Error that says what is wrong with it: its syntax, and what could only fail
 * when it is rendered, as a method that `$util` does not have, or a JSONPath or a regular expression that cannot be read.
 */
export function checkMappingTemplate(template: string): void {
  if (template.length > MAX_TEMPLATE_LENGTH) throw new Error('it is larger than 300 KB');
  checkNodes(parseTemplate(template));
}

function checkNodes(nodes: readonly Node[]): void {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    if (Array.isArray(node)) checkNodes(node);
    else if (node.type === 'references') checkReference(node);
    else if (node.type === 'set') checkExpressions(node.equal);
    else if ('condition' in node) checkExpression(node.condition);
    else if ('from' in node) checkExpression(node.from);
    else if (node.type === 'macro_call' || node.type === 'macro_body') {
      if (NOT_EXECUTED.has(node.id)) throw new Error(`API Gateway does not carry out #${node.id}`);
      checkExpressions(node.args ?? []);
    }
  }
}

function checkExpressions(expressions: readonly (Expression | string | number)[]): void {
  for (const one of expressions) if (typeof one === 'object') checkExpression(one);
}

function checkExpression(expression: Expression): void {
  if (expression.type === 'references') checkReference(expression);
  else if (expression.type === 'array') checkExpressions(expression.value);
  else if (expression.type === 'map') checkExpressions(Object.values(expression.value ?? {}));
  else if (expression.type === 'math') checkExpressions(expression.expression);
  else if (expression.type === 'string' && isFilledIn(expression)) checkNodes(parseTemplate(expression.value));
}

function checkReference({ id, path = [] }: Reference): void {
  for (const [index, step] of path.entries()) {
    if (step.type === 'index') checkExpression(step.id);
    if (step.type !== 'method') continue;
    const args = step.args || [];
    checkExpressions(args);
    const methods = index === 0 && Object.hasOwn(METHODS, id) ? METHODS[id] : undefined;
    if (methods) checkMethod(id, step.id, args, methods);
    else if (REGEX_METHODS.has(step.id)) {
      const pattern = literal(args);
      if (pattern !== undefined) new Regex(pattern);
    }
  }
}

function checkMethod(id: string, name: string, args: readonly Expression[], methods: ReadonlySet<string>): void {
  if (!methods.has(name)) throw new Error(`$${id} has no ${name}(), only ${[...methods].join(', ')}`);
  const path = literal(args);
  if (id === 'input' && name !== 'params' && path !== undefined) parseJsonPath(path);
}

/** The first argument, where it is a text that stands as it is. */
function literal([first]: readonly Expression[]): string | undefined {
  return first?.type === 'string' && !isFilledIn(first) ? first.value : undefined;
}
