import { isObject, ofType, referenced, type Template, type TemplateResource } from '@arcade/frame/template';
import { mapTemplate } from '../packages/local-aws/apigateway/mapping/variables.ts';

/** All that could end a text of JSON, or the template around it. */
const HOSTILE = `O'Neil "\\ \n\t\u2028 $x #end`;

/**
 * Mapping templates of requests that what a client writes could break: each is filled in with texts that end every text of JSON which does
 * not escape them, wherever it takes one from the path, the query, the headers, the body or the token, and must still be JSON, and so must
 * JSON that stands as a text in it, in base64 too. What the route's model holds to a pattern, or to numbers, is no danger, nor is the pool's own
 * id of a user.
 */
export function mappingProblems(template: Template): string[] {
  return ofType(template, 'AWS::ApiGateway::Method').flatMap(([id, method]) => {
    const { Integration } = method.Properties ?? {};
    // A mock's goes to nobody.
    if (!isObject(Integration) || Integration.Type !== 'AWS') return [];
    const templates = isObject(Integration.RequestTemplates) ? Integration.RequestTemplates : {};
    return Object.values(templates).flatMap((one) => {
      const problem = problemOf(textOf(one), heldByModel(template, method));
      return problem === undefined ? [] : [`${id}: what a client writes breaks its request template: ${problem}`];
    });
  });
}

/** CloudFormation fills in names, which are harmless. */
function textOf(value: unknown): string {
  if (!isObject(value)) return String(value);
  const [inner] = [value['Fn::Sub']].flat();
  return String(inner ?? '').replaceAll(/\$\{[^}!]+\}/g, 'name');
}

/** The members of a body that the method's model holds to a pattern or to numbers, with such a value. */
function heldByModel({ Resources }: Template, { Properties = {} }: TemplateResource): Map<string, unknown> {
  const models = isObject(Properties.RequestModels) ? Object.values(Properties.RequestModels) : [];
  const schemas = models.map((model) => Resources[referenced(model) ?? '']?.Properties?.Schema);
  const members = schemas.flatMap((schema) =>
    isObject(schema) && isObject(schema.properties) ? [schema.properties] : [],
  );
  return new Map(
    members
      .flatMap((properties) => Object.entries(properties))
      .flatMap(([name, one]): [string, unknown][] => {
        if (!isObject(one)) return [];
        if (one.type === 'integer' || one.type === 'number') return [[name, 7]];
        return one.pattern ? [[name, 'held']] : [];
      }),
  );
}

function problemOf(template: string, held: ReadonlyMap<string, unknown>): string | undefined {
  const named = (pattern: RegExp) => [...template.matchAll(pattern)].map(([, name = '']) => name);
  const hostile = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, HOSTILE]));
  const members = named(/\$input\.(?:path|json)\(['"]\$\.(\w+)/g).map((name) => [name, held.get(name) ?? HOSTILE]);
  const claims = hostile(named(/\bclaims(?:\.|\[')([\w:]+)/g));
  const all = { ...hostile(named(/\$input\.params\(['"]([\w.-]+)/g)), [HOSTILE]: HOSTILE };
  const filled = mapTemplate(template, {
    body: JSON.stringify(Object.fromEntries(members)),
    params: { path: all, querystring: all, header: all },
    context: {
      requestId: 'id',
      requestTime: '09/Apr/2015:12:34:56 +0000',
      requestTimeEpoch: 1428582896000,
      identity: { userAgent: HOSTILE },
      authorizer: { claims: { ...claims, sub: 'id' } },
      requestOverride: { header: {}, path: {}, querystring: {} },
      responseOverride: { header: {} },
    },
    stageVariables: {},
  });
  return unreadableIn(filled);
}

/** What is no JSON, or holds a text that looks like JSON and is none. */
function unreadableIn(text: string): string | undefined {
  try {
    return textsIn(JSON.parse(text)).find((inner) => /^\s*[{[]/.test(inner) && unreadableIn(inner) !== undefined);
  } catch {
    return text;
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value, Buffer.from(value, 'base64').toString()];
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
