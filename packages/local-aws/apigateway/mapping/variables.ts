import { parseJson } from '../../core/boundedJson.ts';
import { readJsonPath } from './jsonPath.ts';
import { NOTHING, renderTemplate } from './velocity.ts';

/** Parameters of a request, by where they stand. */
export interface RequestParameters {
  path: Record<string, string>;
  querystring: Record<string, string>;
  header: Record<string, string>;
}

/** What a mapping template works on. */
export interface MappingInput {
  /** The body that is mapped: the request's, or the backend's answer. */
  body: string;
  params: RequestParameters;
  /** `$context`; templates write `responseOverride` and `requestOverride` into it. */
  context: Record<string, unknown>;
  stageVariables: Record<string, string>;
}

/** Renders a mapping template. Throws Error with the template's own fault. */
export function mapTemplate(template: string, { body, params, context, stageVariables }: MappingInput): string {
  const input = inputVariable(body, params);
  return renderTemplate(template, { input, util, context, stageVariables }, [input, util]);
}

/** `$input`: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
function inputVariable(body: string, params: RequestParameters) {
  const value = parsedBody(body);
  return {
    body: body === '' ? '{}' : body,
    json: (path: string) => JSON.stringify(readJsonPath(value, path) ?? ''),
    path: (path: string) => readJsonPath(value, path) ?? NOTHING,
    params: (name?: string) => {
      if (name === undefined) return params;
      const { path, querystring, header } = params;
      return findIn(path, name) ?? findIn(querystring, name) ?? findIn(header, name) ?? '';
    },
  };
}

/** `$util`. */
const util = {
  escapeJavaScript: (text: unknown) => escapeJavaScript(String(text ?? '')),
  parseJson: (text: string) => parseJson(text),
  urlEncode: (text: string) => encodeURIComponent(text).replaceAll('%20', '+'),
  urlDecode: (text: string) => decodeURIComponent(text.replaceAll('+', ' ')),
  base64Encode: (text: string) => Buffer.from(text).toString('base64'),
  base64Decode: (text: string) => Buffer.from(text, 'base64').toString(),
};

/** No body counts as an empty object; what is no JSON, as text. */
function parsedBody(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return parseJson(body);
  } catch {
    return body;
  }
}

function findIn(values: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

const ESCAPES: Record<string, string> = {
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** As Apache Commons' StringEscapeUtils does: also `'`, which is why its result is no JSON until that is undone. */
function escapeJavaScript(text: string): string {
  return text.replace(/["'\\/]|[^ -~]/g, (character) => {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}
