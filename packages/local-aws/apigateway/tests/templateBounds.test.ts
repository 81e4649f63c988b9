import { describe, expect, it } from '@jest/globals';
import { checkMappingTemplate } from '../mapping/checkTemplate.ts';
import { type MappingInput, mapTemplate } from '../mapping/variables.ts';
import { TooMuchWorkError } from '../mapping/work.ts';

const input = (body: string): MappingInput => ({
  body,
  params: { path: {}, querystring: {}, header: {} },
  context: {},
  stageVariables: {},
});
const render = (template: string, body = '{}') => mapTemplate(template, input(body));
/** Each calls the one before it twice. */
const macros = (count: number) =>
  `${Array.from({ length: count }, (_, n) => `#macro(m${n + 1})#m${n}()#m${n}()#end`).join('')}#m${count}()`;
const times = (count: number, body: string) =>
  `#set($n = [1..${count}])#foreach($i in $n)#foreach($j in $n)${body}#end#end`;

describe('a template', () => {
  it.each(['(a+)+b', '(a|aa)+b', '(.*a){12}b'])('is rendered in no time whatever it matches with: %s', (pattern) => {
    const template = `#if($input.path('$.text').matches("${pattern}"))yes#{else}no#end`;

    expect(render(template, JSON.stringify({ text: 'a'.repeat(5000) }))).toBe('no');
  });

  it.each([
    ['texts that double', `#set($s = "xxxxxxxx")#foreach($i in [1..60])#set($s = "$s$s")#end`],
    ['texts that are added', `#set($s = "xxxxxxxx")#foreach($i in [1..60])#set($s = $s + $s)#end`],
    ['texts that are joined', `#set($s = "xxxxxxxx")#foreach($i in [1..60])#set($s = $s.concat($s))#end`],
    [
      'texts that are replaced by longer ones',
      `#set($s = "x")#foreach($i in [1..60])#set($s = $s.replace("x", "xxxx"))#end`,
    ],
    ['matches that are', `#set($s = "x")#foreach($i in [1..60])#set($s = $s.replaceAll("x", "$0$0$0"))#end`],
    ['loops in loops', times(1000, 'x')],
    ['a range without end', '#set($n = [1..2000000000])'],
    ['a range that counts down', '#set($n = [2000000000..1])'],
    ['macros that call another twice', macros(30)],
    ['maps in maps', `#set($m = {"a": 1})#foreach($i in [1..40])#set($m = {"a": $m, "b": $m})#end$m`],
    ['lists in lists', `#set($m = [1])#foreach($i in [1..40])#set($m = [$m, $m])#end$m`],
    ['lists that take themselves in', `#set($l = [1])#foreach($i in [1..60])#set($x = $l.addAll($l))#end`],
    ['a pattern tried at each place', times(300, `#set($x = $input.body.matches("(?=.*b)*a"))`)],
    ['a search through everything', times(300, `$input.path('$..x')`)],
    ['the whole body, again and again', times(300, `$input.json('$')`)],
    ['patterns made of the body', `#set($a = "a")${times(300, `#set($x = $a.matches("$input.body$i.$j"))`)}`],
  ])('ends when it asks for too much work: %s', (_what, template) => {
    checkMappingTemplate(template);

    expect(() => render(template, JSON.stringify({ a: 'b'.repeat(2000), b: Array(100).fill({}) }))).toThrow(
      TooMuchWorkError,
    );
  });

  it.each([
    ['a macro that calls itself', '#macro(m)#m()#end#m()', 'it nests more than 50 levels deep'],
    ['a definition of itself', '#define($d)$d#end$d', 'it nests more than 50 levels deep'],
    ['a map that is in itself', '#set($m = {})#set($x = $m.put("m", $m))$m', 'Maximum call stack size exceeded'],
  ])('fails when it has no end: %s', (_what, template, reason) => {
    expect(() => render(template)).toThrow(reason);
  });

  it('may work more on a larger body', () => {
    const body = JSON.stringify({ items: Array.from({ length: 900 }, (_, id) => ({ id, text: 'x'.repeat(5000) })) });
    const template = `#foreach($item in $input.path('$.items'))"$util.escapeJavaScript($item.text)"#end`;

    expect(render(template, body)).toHaveLength(900 * 5002);
  });

  it('loops a thousand times at the most, as Velocity ends a loop without a word', () => {
    expect(render('#foreach($i in [1..5000])x#end')).toHaveLength(1000);
  });
});

describe('a template that could only fail', () => {
  it.each([
    ['$util.toJson($x)', '$util has no toJson()'],
    ['#set($x = "a $input.dynamodb()")', '$input has no dynamodb()'],
    ["$input.path('$.a[?(@.b > 1)]')", "'[?(@.b > 1)]'"],
    ["#if($input.json('$.a.length()') == 1)x#end", "'.length()'"],
    ["#foreach($x in $input.path('$..'))x#end", "'..'"],
    ['$x.matches("(a)\\1")', 'references to groups are not executed'],
    ['{"a": [$x.get("a").replaceAll("a++", "")]}', 'possessive quantifiers are not executed'],
    ['#evaluate($input.body)', 'does not carry out #evaluate'],
    ['#if($x) #parse("a.vm") #end', 'does not carry out #parse'],
    ['#if($x', 'Parse error'],
    ['x'.repeat(300 * 1024 + 1), 'larger than 300 KB'],
  ])('is refused when it is deployed: %s', (template, reason) => {
    expect(() => checkMappingTemplate(template)).toThrow(reason);
  });
});
