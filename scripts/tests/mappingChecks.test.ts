import { describe, expect, it } from '@jest/globals';
import { mappingProblems } from '../mappingChecks.ts';

const escaped = (text: string) => `$util.escapeJavaScript(${text}).replaceAll("\\\\'", "'")`;
const body = "$input.path('$.name')";

const inBase64 = (text: string) =>
  `#set($n = ${text})#set($start = '{"name":"')#set($end = '"}'){"Data":"$util.base64Encode("$start$n$end")"}`;

const problemsOf = (request: unknown, more: object = {}, Type = 'AWS') =>
  mappingProblems({
    Resources: {
      Post: {
        Type: 'AWS::ApiGateway::Method',
        Properties: { Integration: { Type, RequestTemplates: { 'application/json': request } }, ...more },
      },
      Model: {
        Type: 'AWS::ApiGateway::Model',
        Properties: {
          Schema: {
            type: 'object',
            properties: { name: { type: 'string', pattern: '^[a-z]+$' }, score: { type: 'integer' } },
          },
        },
      },
    },
  }).length;

describe('a request template', () => {
  it.each<[title: string, request: unknown, problems: number]>([
    ['whose texts are escaped', `{"name":"${escaped(body)}"}`, 0],
    ['that takes a member as JSON', `{"name":$input.json('$.name')}`, 0],
    ['with a member of the body as it is', `{"name":"${body}"}`, 1],
    ['with the path as it is', `{"id":"$input.params('id')"}`, 1],
    ['with names from the query as they are', `#foreach($n in $input.params().querystring.keySet())"$n"#end`, 1],
    ['with the name in a token as it is', `{"name":"$context.authorizer.claims['cognito:username']"}`, 1],
    ['with the id of a user', `{"player":"$context.authorizer.claims.sub"}`, 0],
    ['with the client’s program as it is', `{"agent":"$context.identity.userAgent"}`, 1],
    ['that forgets that JSON does not escape the apostrophe', `{"name":"$util.escapeJavaScript(${body})"}`, 1],
    ['with JSON in a text, escaped once', `{"Detail":"{\\"name\\":\\"${escaped(body)}\\"}"}`, 1],
    [
      'with JSON in a text, escaped for both',
      `#set($n = ${escaped(body)}){"Detail":"{\\"name\\":\\"${escaped('$n')}\\"}"}`,
      0,
    ],
    ['with JSON in base64, escaped', inBase64(escaped(body)), 0],
    ['with JSON in base64 that takes a member as it is', inBase64(body), 1],
    ['that CloudFormation fills in', { 'Fn::Sub': `{"Table":"\${Table}","name":"${escaped(body)}"}` }, 0],
  ])('%s', (_title, request, problems) => {
    expect(problemsOf(request)).toBe(problems);
  });

  it('of a mock need be no JSON', () => {
    expect(problemsOf('{statusCode:200}', {}, 'MOCK')).toBe(0);
  });

  it('may take as it is what its model holds to a pattern', () => {
    const model = { RequestModels: { 'application/json': { Ref: 'Model' } } };

    expect(problemsOf(`{"name":"${body}"}`, model)).toBe(0);
    expect(problemsOf(`{"name":"$input.path('$.other')"}`, model)).toBe(1);
    expect(problemsOf(`{"score":$input.path('$.score'),"of":$input.path('$.score')}`, model)).toBe(0);
    expect(problemsOf(`{"score":$input.path('$.score')}`)).toBe(1);
  });
});
