import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateExpression, isExpression } from '../mapping/expression.ts';
import { readJsonPath } from '../mapping/jsonPath.ts';
import { type MappingInput, mapTemplate } from '../mapping/variables.ts';

const input = (overrides: Partial<MappingInput> = {}): MappingInput => ({
  body: '{"name":"Ann","moves":["e4","e5"],"score":{"wins":2}}',
  params: { path: { gameId: '7' }, querystring: { page: '2' }, header: { Origin: 'http://a.b' } },
  context: { stage: 'dev', identity: { sourceIp: '127.0.0.1' }, responseOverride: { header: {} } },
  stageVariables: { table: 'games' },
  ...overrides,
});

describe('$input', () => {
  it.each([
    ["$input.json('$.name')", '"Ann"'],
    ["$input.json('$')", '{"name":"Ann","moves":["e4","e5"],"score":{"wins":2}}'],
    ["$input.json('$.nothing')", '""'],
    ["$input.path('$.name')", 'Ann'],
    ["$input.path('$.moves[1]')", 'e5'],
    ["$input.path('$.moves').size()", '2'],
    ["$input.path('$.score')", '{wins=2}'],
    ["$input.path('$.moves')", '["e4","e5"]'],
    ["[$input.path('$.nothing')]", '[]'],
    ["$input.params('gameId') $input.params('page') $input.params('Origin')", '7 2 http://a.b'],
    ["[$input.params('nothing')]", '[]'],
    ["$input.params().querystring.get('page')", '2'],
  ])('%s is %s', (template, expected) => {
    expect(mapTemplate(template, input())).toBe(expected);
  });

  it.each(["$input.path('$.nothing')", "$input.path('$.nil')"])(
    '%s equals nothing and null, and is not true',
    (path) => {
      const template = `#set($a = ${path})[$a]#if($a == '')empty #end#if($a == $null)null #end#if($a != '')no #end#if($a)no#end`;

      expect(mapTemplate(template, input({ body: '{"nil":null}' }))).toBe('[]empty null ');
    },
  );

  it('prints an empty body as an empty object, which has nothing in it', () => {
    expect(mapTemplate('$input.body$input.body.x', input({ body: '' }))).toBe('{}');
  });

  it('takes no body for an empty object, and what is no JSON for text', () => {
    expect(mapTemplate("$input.json('$')", input({ body: '' }))).toBe('{}');
    expect(mapTemplate("$input.path('$').split('&')[1]", input({ body: 'a=1&b=2' }))).toBe('b=2');
  });
});

describe('$util', () => {
  it.each([
    ["$util.base64Decode($util.base64Encode('é'))", 'é'],
    ["$util.urlEncode('a b&c')", 'a+b%26c'],
    ['$util.urlEncode($util.parseJson(\'"\\ud800"\'))', '%3F'],
    ["$util.urlDecode('a+b%26c')", 'a b&c'],
    ['$util.parseJson(\'{"a":[1]}\').a[0]', '1'],
  ])('%s is %s', (template, expected) => {
    expect(mapTemplate(template, input())).toBe(expected);
  });

  it('escapes any text so that, with its quotes set right, it is JSON of that text', () => {
    const template = '"$util.escapeJavaScript($input.params(\'text\')).replaceAll("\\\\\'", "\'")"';
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const params = { path: { text }, querystring: {}, header: {} };
        expect(JSON.parse(mapTemplate(template, input({ params })))).toBe(text);
      }),
    );
  });
});

describe('Velocity', () => {
  it.each([
    [
      'the empty string and 0 are true, what is not there is false',
      '#if("")a#end#if(0)b#end#if($none)c#end#if(!$none)d#end',
      'abd',
    ],
    ['a name that nobody set is written as it stands, quietly not', '$none $!none', '$none '],
    ['what API Gateway does not have is written as nothing', '[$context.authorizer.claims.sub]', '[]'],
    ['loops know whether there is more', '#foreach($i in [1..3])$i#if($foreach.hasNext),#end#end', '1,2,3'],
    ['maps are walked by key', '#foreach($k in $stageVariables.keySet())$k=$stageVariables.get($k)#end', 'table=games'],
    ['definitions are filled in where they are used', '#define($row)[$x]#end#set($x = 5)$row', '[5]'],
    [
      'a pattern must match the whole text',
      '#set($o = "http://a.b")#if($o.matches("http://a"))a#end#if($o.matches("http.*"))b#end',
      'b',
    ],
    [
      'replacements are regular expressions',
      '$input.path("$.name").replaceAll("n+", "[$0]").replaceAll("[$0]", "x")$input.path("$.name").replaceFirst("(A)(?<rest>.)", \'\\$${rest}$1\')',
      'A[nn]$nAn',
    ],
    [
      'what is not there equals the empty text',
      "#if($a.b != '')a#end#if($a.b == '')b#end#if($input.path('$.moves') == '')c#end",
      'b',
    ],
    ['paths can be put together', '#set($n = 1)$input.path("$.moves[$n]").length()', '2'],
    ['lists in maps are JSON', "$input.path('$')", '{name=Ann, moves=["e4","e5"], score={wins=2}}'],
    ['whole numbers stay whole', '#set($a = 7 / 2)#set($b = -7 / 2)#set($c = 7 % 4 * 2)$a $b $c', '3 -3 6'],
    [
      'others do not',
      '#set($a = 7.0 / 2)#set($b = 3 * 1.0)#set($c = $input.path("$.score.wins") / 2)$a $b $c',
      '3.5 3.0 1',
    ],
    ['nothing comes of a division by nought', '#set($a = 1 / 0)[$!a]', '[]'],
    ['texts are added to texts', '#set($a = "a" + 1 + "b")$a', 'a1b'],
    ['numbers are compared as numbers, what differs in kind as text', '#if(10 > 9 && "1" == 1 && 1 == 1.0)a#end', 'a'],
    ['texts become numbers', '#set($Integer = 0)#set($a = $Integer.parseInt("41") + 1)$a', '42'],
    ['the maps of the context are written as nothing', '[$context.identity$context.responseOverride]', '[]'],
    [
      'a loop can be left, and knows its place',
      '#foreach($i in [3..5])#if($i == 5)#break#end$foreach.index$foreach.count#end',
      '0112',
    ],
    ['macros have their own variables', '#macro(m $x)[$x]#end#set($x = 1)#m(2)$x', '[2]1'],
    [
      'lists and maps are changed in place',
      '#set($l = [1])#set($x = $l.add(2))#set($l[0] = 3)#set($m = {"a": $l})#set($m.b = 4)$m',
      '{a=[3,2], b=4}',
    ],
    ['what is stopped is not written', 'a#foreach($i in [1..3])$i#if($i == 2)#stop#end#end b', 'a12'],
    ['directives may stand in brackets', '#{if}($none)a#{elseif}(!$none)b#{else}c#{end}d', 'bd'],
    ['methods of objects are not those of JavaScript', '[$!stageVariables.get("constructor")]', '[]'],
  ])('%s', (_law, template, expected) => {
    expect(mapTemplate(template, input())).toBe(expected);
  });

  it.each(['$input.path("$.name").substring(4)', '$input.path("$.name").charAt(3)', '$input.path("$.moves").get(2)'])(
    'fails where Java throws: %s',
    (template) => {
      expect(() => mapTemplate(template, input())).toThrow(RangeError);
    },
  );

  it('can set what the response overrides', () => {
    const { context } = input();
    mapTemplate(
      '#set($context.responseOverride.status = 404)#set($context.responseOverride.header.Access-Control-Allow-Origin = "x")',
      input({ context }),
    );
    expect(context.responseOverride).toEqual({ status: 404, header: { 'Access-Control-Allow-Origin': 'x' } });
  });

  it('does not change the template for the next request', () => {
    const template = "#set($seen = $input.params('gameId'))$seen";
    const other = input({ params: { path: { gameId: '8' }, querystring: {}, header: {} } });

    expect([mapTemplate(template, input()), mapTemplate(template, other), mapTemplate('$seen', input())]).toEqual([
      '7',
      '8',
      '$seen',
    ]);
  });

  it('keeps to itself what it changes in the parameters', () => {
    const { params } = input();
    const changing = "#set($header = $input.params().header)#set($header.Origin = 'x')$input.params('Origin')";

    expect(mapTemplate(changing, input({ params }))).toBe('x');
    expect(mapTemplate("$input.params('Origin')", input({ params }))).toBe('http://a.b');
  });

  it('passes everything that API Gateway knows, by the template of its console', () => {
    const template = readFileSync(new URL('./all-parameters.vtl', import.meta.url), 'utf8');

    const mapped = JSON.parse(mapTemplate(template, input()));

    expect(mapped).toMatchObject({
      'body-json': { name: 'Ann', moves: ['e4', 'e5'], score: { wins: 2 } },
      'base64-body': Buffer.from(input().body).toString('base64'),
      params: { path: { gameId: '7' }, querystring: { page: '2' }, header: { Origin: 'http://a.b' } },
      'stage-variables': { table: 'games' },
      context: { stage: 'dev', 'source-ip': '127.0.0.1', 'user-arn': '' },
    });
  });
});

describe('JSONPath', () => {
  it.each([
    ['$', { a: [1, { 'b c': 2 }] }],
    ['$.a[0]', 1],
    ["$.a[1]['b c']", 2],
    ['$.a[-1]["b c"]', 2],
    ['a', [1, { 'b c': 2 }]],
    ['$.a[*]', [1, { 'b c': 2 }]],
    ['$.a.length', undefined],
    ['$.none.deeper', undefined],
    ['$.a[0,1]', [1, { 'b c': 2 }]],
    ['$.a[1:]', [{ 'b c': 2 }]],
    ['$.a[:-1]', [1]],
    ["$..['b c']", [2]],
    ['$..a', [[1, { 'b c': 2 }]]],
    ['$..a[0]', [1]],
    ['$..none', []],
  ])('%s', (path, expected) => {
    expect(readJsonPath({ a: [1, { 'b c': 2 }] }, path)).toEqual(expected);
  });

  it.each(['$.a[?(@.b)]', '$.a.length()', '$..', '$.a[::2]', "$['a','b']", '$.a['])('refuses %s', (path) => {
    expect(() => readJsonPath({}, path)).toThrow(SyntaxError);
  });
});

describe('expressions of header mappings', () => {
  it.each([
    ["'a literal'", 'a literal'],
    ['method.request.header.origin', 'http://a.b'],
    ['method.request.querystring.page', '2'],
    ['method.request.path.gameId', '7'],
    ['context.identity.sourceIp', '127.0.0.1'],
    ['stageVariables.table', 'games'],
    ['integration.response.body.name', 'Ann'],
    ['integration.response.body.score', '{"wins":2}'],
    ['method.request.path.none', undefined],
  ])('%s is %s', (expression, expected) => {
    expect(isExpression(expression)).toBe(true);
    expect(evaluateExpression(expression, input())).toBe(expected);
  });

  it('are refused when they are nothing of that', () => {
    expect(isExpression('*')).toBe(false);
    expect(isExpression('integration.response.body.moves[?(@.x)]')).toBe(false);
    expect(isExpression('integration.response.multivalueheader.a')).toBe(false);
  });
});
