// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { anyValues } from '../../core/tests/anyValues.ts';
import { processorTime } from '../../core/tests/processorTime.ts';
import { TemplateError } from '../problems.ts';
import { createStacks } from '../stacks.ts';
import { BoxWorld, boxes, testCore } from './fakes.ts';

/** Deploys a template; gives its problems, and checks that one with problems leaves nothing. */
async function problemsOf(template: unknown, parameters: Record<string, string> = {}): Promise<readonly string[]> {
  const world = new BoxWorld();
  const stacks = createStacks(testCore(), [world.type]);
  const error = await stacks.deploy({ stackName: 'test', template, parameters }).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) return [];
  expect(error).toBeInstanceOf(TemplateError);
  expect(world.log).toEqual([]);
  expect(stacks.list()).toEqual([]);
  return error instanceof TemplateError ? error.problems : [];
}

const label = (Label: unknown) => boxes({ Box: { Label } });

/** As JSON has it: an object literal would set the prototype. */
const withProto = (place: object, value: unknown) =>
  Object.defineProperty(place, '__proto__', { value, enumerable: true, configurable: true, writable: true });

/** Each level of it is twice the one inside. */
const doubled = (levels: number, innermost: string): unknown =>
  levels === 0 ? innermost : { 'Fn::Sub': ['${A}${A}', { A: doubled(levels - 1, innermost) }] };

/** Each level of it is five times the one inside. */
const splitAndJoined = (levels: number): unknown =>
  levels === 0 ? 'aa' : { 'Fn::Join': ['aaaaa', { 'Fn::Split': ['a', splitAndJoined(levels - 1)] }] };

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
const many = <T>(count: number, member: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`N${index}`, member]));

/** Of the processor's time; without bounds it takes minutes, or all memory. */
const QUICK_MS = 20_000;

const TOO_MUCH = /the functions of this template make more than \d+ characters$/;

describe('a template that would take more than there is', () => {
  it.each<[string, unknown]>([
    ['Fn::Sub that doubles', label(doubled(50, 'xx'))],
    ['Fn::Join of Fn::Split', label(splitAndJoined(20))],
    [
      'Fn::Sub that doubles in a condition',
      boxes({ Box: {} }, { Conditions: { C: { 'Fn::Equals': [doubled(50, 'x'), ''] } } }),
    ],
    ['Fn::Sub that doubles in an output', boxes({ Box: {} }, { Outputs: { Out: { Value: doubled(50, 'x') } } })],
    [
      'Fn::Sub that doubles in a name of an export',
      boxes({ Box: {} }, { Outputs: { Out: { Value: 'x', Export: { Name: doubled(50, 'x') } } } }),
    ],
    ['one text that Fn::Sub takes often', label({ 'Fn::Sub': ['${A}'.repeat(2000), { A: 'x'.repeat(500_000) }] })],
    [
      'a long delimiter of Fn::Join',
      label({ 'Fn::Join': ['x'.repeat(200_000), { 'Fn::Split': [':', ':'.repeat(5000)] }] }),
    ],
    ['a list of many members', label({ 'Fn::Join': ['', { 'Fn::Split': [':', ':'.repeat(150_000)] }] })],
    [
      'a parameter that is taken often',
      {
        ...boxes({ Box: { Layers: Array(20_000).fill({ Ref: 'P' }) } }),
        Parameters: { P: { Type: 'String', Default: 'x'.repeat(4096) } },
      },
    ],
    ['a little too much in each of many places', boxes(many(9, { Label: doubled(17, 'xxxx') }))],
  ])('is refused at once for %s', async (what, template) => {
    const tookMs = processorTime();

    const isUsed = !what.endsWith('condition');
    const used = isUsed ? template : { ...(template as object), ...boxes({ Box: { $: { Condition: 'C' } } }) };
    expect(await problemsOf(used)).toEqual([expect.stringMatching(TOO_MUCH)]);

    expect(tookMs()).toBeLessThan(QUICK_MS);
  });

  it('is not, for functions of which nothing comes', async () => {
    expect(await problemsOf(label(doubled(60, '')))).toEqual([]);
  });

  it('is refused for what nests too deeply, wherever it is', async () => {
    const tooDeep = ['the template nests more than 200 levels deep'];

    expect(await problemsOf(label(nested(10_000)))).toEqual(tooDeep);
    expect(await problemsOf({ ...label('x'), Metadata: nested(201) })).toEqual(tooDeep);
    expect(await problemsOf({ ...label('x'), Metadata: nested(150) })).toEqual([]);
  });

  it('is refused for conditions that need each other in a long row', async () => {
    const row = Array.from({ length: 300 }, (_, index) => [
      `C${index}`,
      { 'Fn::Not': [{ Condition: `C${index + 1}` }] },
    ]);
    const Conditions = { ...Object.fromEntries(row), C300: { 'Fn::Equals': ['a', 'a'] } };

    expect(await problemsOf(boxes({ Box: { $: { Condition: 'C0' } } }, { Conditions }))).toEqual([
      expect.stringContaining('more than 100 conditions depend on each other in a row'),
    ]);
    expect(await problemsOf(boxes({ Box: { $: { Condition: 'C250' } } }, { Conditions }))).toEqual([]);
  });

  it('is refused for more than CloudFormation takes of anything', async () => {
    const parameter = { Type: 'String', Default: 'x' };

    expect(await problemsOf(label('x'.repeat(1_048_576)))).toEqual([
      expect.stringMatching(/^Template may not exceed 1048576 bytes in size/),
    ]);
    expect(await problemsOf({ ...label('x'), Parameters: many(201, parameter) })).toEqual([
      'Parameters: a template has at most 200 parameters',
    ]);
    expect(await problemsOf({ ...label('x'), Outputs: many(201, { Value: 'x' }) })).toEqual([
      'Outputs: a template has at most 200 outputs',
    ]);
    expect(await problemsOf({ ...label('x'), Mappings: many(201, { a: { b: 'c' } }) })).toEqual([
      'Mappings: a template has at most 200 mappings',
    ]);
    expect(await problemsOf({ ...label('x'), Parameters: { P: parameter } }, { P: 'ä'.repeat(2049) })).toEqual([
      'Parameters.P: a value has at most 4096 bytes; this one has 4098',
    ]);
  });

  it('is refused for its first hundred problems, when it has more', async () => {
    const tookMs = processorTime();
    const names = Array.from({ length: 20_000 }, (_, index) => ({ Ref: `Nobody${index}` }));

    const problems = await problemsOf(boxes({ ...many(400, {}), Box: { Layers: names } }));

    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatch(/^and more/);
    expect(await problemsOf({ ...label('x'), Metadata: Array(100_000).fill(null) })).toHaveLength(101);
    expect(await problemsOf(boxes({ Box: { Layers: Array(100_000).fill(1) } }))).toHaveLength(100);
    expect(tookMs()).toBeLessThan(QUICK_MS);
  });

  it('is refused in few words, however long its names are, and at once', async () => {
    const tookMs = processorTime();
    const long = (letter: string) => letter.repeat(200_000);

    const problems = [
      ...(await problemsOf(boxes({ Box: { [long('a')]: { Ref: long('b') } } }, { Conditions: { [long('c')]: {} } }))),
      ...(await problemsOf({ ...label('x'), Mappings: { [long('m')]: { a: { b: null } } } })),
      ...(await problemsOf(boxes({ Box: { $: { Condition: long('c') } } }, { Conditions: { [long('d')]: {} } }))),
      ...(await problemsOf(boxes({ [long('r')]: {} }))),
    ];

    expect(problems.length).toBeGreaterThan(4);
    expect(Math.max(...problems.map(({ length }) => length))).toBeLessThan(1100);
    expect(tookMs()).toBeLessThan(QUICK_MS);
  });

  it('is read at once, whatever begins in it and does not end', async () => {
    const tookMs = processorTime();

    expect(await problemsOf(label({ 'Fn::Sub': '${'.repeat(200_000) }))).toEqual([]);
    expect(await problemsOf(label('{{resolve:'.repeat(50_000)))).toEqual([]);

    expect(tookMs()).toBeLessThan(QUICK_MS);
  });

  it.each<[string, string, RegExp]>([
    ['looks back without end', '(a+)+b', /does not match/],
    ['says the same in many ways', `${'(a*)'.repeat(900)}b`, /cannot be compared with .*: it takes too long/],
    ['is too long', 'a'.repeat(4097), /is not supported by local-aws: it has more than 4096 characters/],
    ['nests too deeply', '('.repeat(4096), /is not supported by local-aws/],
  ])('is refused at once for a parameter whose pattern %s', async (_what, AllowedPattern, expected) => {
    const tookMs = processorTime();
    const Parameters = { P: { Type: 'CommaDelimitedList', AllowedPattern, Default: 'a'.repeat(4000) } };

    expect(await problemsOf({ ...label('x'), Parameters })).toEqual([expect.stringMatching(expected)]);

    expect(tookMs()).toBeLessThan(QUICK_MS);
  });

  it('is not tried again at the next start, nor is one that an earlier version has kept', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'limits-'));
    try {
      const first = testCore({ stateFolder });
      const before = createStacks(first, [new BoxWorld().type]);
      await before.deploy({ stackName: 'sound', template: label('x') });
      await before.deploy({ stackName: 'kept', template: label('x') });
      await expect(before.deploy({ stackName: 'refused', template: label(doubled(50, 'xx')) })).rejects.toThrow();
      const kept = first.store.collection('kept', anyValues<{ template: unknown }>('cloudformation/stacks'));
      kept.put('kept', { ...kept.get('kept'), template: label(doubled(50, 'xx')) });
      first.store.close();

      const second = testCore({ stateFolder });
      const after = createStacks(second, [new BoxWorld().type]);
      const lost = await after.restore();
      second.store.close();

      expect(lost).toEqual([{ stackName: 'kept', error: expect.any(TemplateError) }]);
      expect(after.list().map(({ stackName }) => stackName)).toEqual(['sound']);
    } finally {
      rmSync(stateFolder, { recursive: true });
    }
  });
});

describe('a template that would not be done as it stands there', () => {
  it('is refused for a resource that is called __proto__', async () => {
    const template = label('x');
    withProto(template.Resources as object, { Type: 'Arcade::Test::Box' });

    expect(await problemsOf(template)).toEqual(['Template format error: Resource name __proto__ is non alphanumeric.']);
  });

  it('is refused for a key __proto__ anywhere else', async () => {
    const template = label({ 'Fn::Sub': 'x' });
    const block = withProto({}, { 'aws:SourceArn': 'x' });

    expect(await problemsOf(boxes({ Box: { Environment: block } }))).toEqual([
      '[/Resources/Box/Properties/Environment] a key __proto__ is not supported by local-aws',
    ]);
    expect(await problemsOf({ ...template, Mappings: { M: withProto({}, { a: 'b' }) } })).toEqual([
      '[/Mappings/M] a key __proto__ is not supported by local-aws',
    ]);
  });

  it('is refused for null, in CloudFormation’s words', async () => {
    expect(await problemsOf({ ...label('x'), Outputs: { O: { Value: null } } })).toEqual([
      "Template format error: [/Outputs/O/Value] 'null' values are not allowed in templates",
    ]);
  });

  it('is refused without resources, and for a resource without a type or of a strange name, in CloudFormation’s words', async () => {
    const noResources = ['Template format error: At least one Resources member must be defined.'];

    expect(await problemsOf({})).toEqual(noResources);
    expect(await problemsOf({ Resources: {} })).toEqual(noResources);
    expect(await problemsOf({ Resources: { A: { Properties: {} } } })).toEqual([
      'Template format error: [/Resources/A] Every Resources object must contain a Type member.',
    ]);
    expect(await problemsOf(boxes({ 'a-b': {} }))).toEqual([
      'Template format error: Resource name a-b is non alphanumeric.',
    ]);
  });

  it('is refused for a condition that asks for a resource, in CloudFormation’s words', async () => {
    const Conditions = { C: { 'Fn::Equals': [{ Ref: 'Box' }, 'x'] } };

    expect(await problemsOf(boxes({ Box: {}, Other: { $: { Condition: 'C' } } }, { Conditions }))).toEqual([
      'Conditions.C.Fn::Equals: Template format error: Unresolved dependencies [Box]. Cannot reference resources in the Conditions block of the template',
    ]);
  });
});
