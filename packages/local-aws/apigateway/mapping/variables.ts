import { JsonBoundsError, parseJson } from '../../core/boundedJson.ts';
import { Given } from './javaMethods.ts';
import { javaText, jsonText } from './javaText.ts';
import { readJsonPath } from './jsonPath.ts';
import { Renderer } from './renderer.ts';
import { parseTemplate } from './syntax.ts';
import { Work } from './work.ts';

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

/**
 * Renders a mapping template. Throws Error with the template's own fault, and JsonBoundsError for a body that a client may
 * not send.
 */
export function mapTemplate(template: string, { body, params, context, stageVariables }: MappingInput): string {
  const work = new Work(body.length);
  const variables = { input: inputVariable(body, params, work), util: utilVariable(work), context, stageVariables };
  return new Renderer(variables, work).render(parseTemplate(template));
}

/** The methods of `$input`. */
export const INPUT_METHODS: ReadonlySet<string> = new Set(['json', 'params', 'path']);

/** `$input`: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
function inputVariable(body: string, params: RequestParameters, work: Work): Given {
  let value: unknown;
  let isRead = false;
  const read = (path: string) => {
    if (!isRead) value = parsedBody(body, work);
    isRead = true;
    return readJsonPath(value, path, work.charge);
  };
  // A template may change what it is given; the request's other templates are not to see that.
  let own: RequestParameters | undefined;
  const copied = () => {
    const { path, querystring, header } = params;
    own ??= { path: { ...path }, querystring: { ...querystring }, header: { ...header } };
    return own;
  };
  const methods = {
    // Missing, or null: nothing is there.
    path: (path: string) => read(path) ?? null,
    json: (path: string) => {
      const found = read(path);
      return found === undefined ? '""' : jsonText(found, work);
    },
    params: (name?: string) => {
      if (name === undefined) return copied();
      const { path, querystring, header } = own ?? params;
      return findIn(path, name) ?? findIn(querystring, name) ?? findIn(header, name) ?? '';
    },
  };
  return new Given(methods, { body: body === '' ? '{}' : body });
}

const utilMethods = (work: Work) => {
  const text = (value: unknown) => {
    const read = javaText(value, work);
    // Each character is looked at.
    work.charge(read.length / 2);
    return read;
  };
  return {
    escapeJavaScript: (value: unknown) => escapeJavaScript(text(value)),
    parseJson: (json: unknown) => parseJson(text(json)),
    // As Java, a lone surrogate becomes a question mark.
    urlEncode: (value: unknown) =>
      encodeURIComponent(text(value).replaceAll(/\p{Surrogate}/gu, '?')).replaceAll('%20', '+'),
    urlDecode: (value: unknown) => decodeURIComponent(text(value).replaceAll('+', ' ')),
    base64Encode: (value: unknown) => Buffer.from(text(value)).toString('base64'),
    base64Decode: (value: unknown) => Buffer.from(text(value), 'base64').toString(),
  };
};

/** The methods of `$util`. */
export const UTIL_METHODS: ReadonlySet<string> = new Set(Object.keys(utilMethods(new Work(0))));

/** `$util`. */
const utilVariable = (work: Work) => new Given(utilMethods(work));

/** No body counts as an empty object; what is no JSON, as text. Throws JsonBoundsError. */
function parsedBody(body: string, work: Work): unknown {
  if (body.trim() === '') return {};
  work.charge(body.length / 2);
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof JsonBoundsError) throw error;
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
