import { parseJson } from '../../core/boundedJson.ts';
import { parseJsonPath, readJsonPath } from './jsonPath.ts';
import type { RequestParameters } from './variables.ts';

/** What an expression of a header mapping can refer to. */
export interface ExpressionSource {
  params: RequestParameters;
  context: Record<string, unknown>;
  stageVariables: Record<string, string>;
  /** The backend's answer, where there is one. */
  body?: string;
  /** The request's body, where it may be referred to. */
  requestBody?: string;
}

const FORMS: [RegExp, (source: ExpressionSource, rest: string) => unknown][] = [
  [/^'(.*)'$/s, (_, text) => text],
  [/^method\.request\.header\.(.+)$/, ({ params }, name) => ignoringCase(params.header, name)],
  [/^method\.request\.querystring\.(.+)$/, ({ params }, name) => params.querystring[name]],
  [/^method\.request\.path\.(.+)$/, ({ params }, name) => params.path[name]],
  [/^method\.request\.body()$/, ({ requestBody }) => requestBody],
  [/^method\.request\.body\.(.+)$/, ({ requestBody }, path) => readJsonPath(parsed(requestBody), `$.${path}`)],
  [/^context\.(.+)$/, ({ context }, path) => readJsonPath(context, `$.${path}`)],
  [/^stageVariables\.(.+)$/, ({ stageVariables }, name) => stageVariables[name]],
  [/^integration\.response\.body()$/, ({ body }) => body],
  [/^integration\.response\.body\.(.+)$/, ({ body }, path) => readJsonPath(parsed(body), `$.${path}`)],
];

/** Whether it is an expression that `evaluateExpression` understands, its JSONPath too. */
export function isExpression(expression: string): boolean {
  const [, path] = /^(?:context|method\.request\.body|integration\.response\.body)\.(.+)$/.exec(expression) ?? [];
  return FORMS.some(([form]) => form.test(expression)) && (path === undefined || isJsonPath(`$.${path}`));
}

function isJsonPath(path: string): boolean {
  try {
    parseJsonPath(path);
    return true;
  } catch {
    return false;
  }
}

/** The value of `'literal'`, `method.request.header.Origin`, `context.requestId` and so on; undefined when there is none. */
export function evaluateExpression(expression: string, source: ExpressionSource): string | undefined {
  for (const [form, read] of FORMS) {
    const found = form.exec(expression);
    if (!found) continue;
    const value = read(source, found[1] ?? '');
    if (value === undefined || value === null) return undefined;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return undefined;
}

function ignoringCase(values: Record<string, string>, name: string): string | undefined {
  const found = Object.keys(values).find((one) => one.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : values[found];
}

/** What is no JSON has no members. */
function parsed(text = '{}'): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
