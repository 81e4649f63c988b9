// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
import { describe, expect, it } from '@jest/globals';
import { TextBudget } from '../limits.ts';
import { pending } from '../pending.ts';
import { Problems } from '../problems.ts';
import { Resolver, type Scope } from '../resolver.ts';
import { parseTemplate } from '../template.ts';

const template = parseTemplate('test', {
  Parameters: { Stage: { Type: 'String', Default: 'local' }, Zones: { Type: 'CommaDelimitedList' } },
  Mappings: { Sizes: { local: { memory: 256, zones: ['a', 'b'] } } },
  Conditions: {
    IsLocal: { 'Fn::Equals': [{ Ref: 'Stage' }, 'local'] },
    IsProduction: { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] },
    Round: { Condition: 'AndRound' },
    AndRound: { 'Fn::Not': [{ Condition: 'Round' }] },
  },
  Resources: { Topic: { Type: 'AWS::SNS::Topic' }, Off: { Type: 'AWS::SNS::Topic', Condition: 'IsProduction' } },
});

function resolve(
  value: unknown,
  overrides: Partial<Scope> = {},
  at = 'Here',
): { value: unknown; problems: readonly string[] } {
  const problems = new Problems('test');
  const resolver = new Resolver({
    template,
    parameters: { Stage: 'local', Zones: ['x', 'y'] },
    pseudo: { 'AWS::Region': 'eu-west-1', 'AWS::NotificationARNs': [] },
    languageExtensions: true,
    ref: (id) => (id === 'Topic' ? 'arn:topic' : undefined),
    getAtt: (id, attribute) => {
      if (id !== 'Topic') return undefined;
      if (attribute !== 'TopicName') throw new TypeError(`Topic has no attribute ${attribute}`);
      return 'scores';
    },
    importValue: (name) => (name === 'shared-Bus' ? 'the-bus' : undefined),
    problems,
    text: new TextBudget(),
    ...overrides,
  });
  return { value: resolver.resolve(value, at), problems: problems.list };
}

const value = (input: unknown, overrides?: Partial<Scope>, at?: string) => {
  const resolved = resolve(input, overrides, at);
  expect(resolved.problems).toEqual([]);
  return resolved.value;
};

const problem = (input: unknown, overrides?: Partial<Scope>, at?: string) => resolve(input, overrides, at).problems;

describe('functions of a template', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref of a parameter', { Ref: 'Stage' }, 'local'],
    ['Ref of a list parameter', { Ref: 'Zones' }, ['x', 'y']],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['Ref of a resource', { Ref: 'Topic' }, 'arn:topic'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Topic', 'TopicName'] }, 'scores'],
    ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Topic.TopicName' }, 'scores'],
    [
      'Fn::Sub',
      { 'Fn::Sub': '${AWS::Region}/${Topic}/${Topic.TopicName}/${Stage}' },
      'eu-west-1/arn:topic/scores/local',
    ],
    ['Fn::Sub with variables of its own', { 'Fn::Sub': ['${A}-${Stage}', { A: { Ref: 'Topic' } }] }, 'arn:topic-local'],
    ['Fn::Sub with a literal', { 'Fn::Sub': '${!Stage} is ${Stage}' }, '${Stage} is local'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 7]] }, 'a-local-7'],
    ['Fn::Join of a list parameter', { 'Fn::Join': [',', { Ref: 'Zones' }] }, 'x,y'],
    ['Fn::Select', { 'Fn::Select': ['1', ['a', 'b']] }, 'b'],
    ['Fn::Split', { 'Fn::Split': [':', 'a:b:c'] }, ['a', 'b', 'c']],
    ['Fn::Select of Fn::Split', { 'Fn::Select': [0, { 'Fn::Split': [':', { Ref: 'Topic' }] }] }, 'arn'],
    ['Fn::If, true', { 'Fn::If': ['IsLocal', 'yes', { Ref: 'Off' }] }, 'yes'],
    ['Fn::If, false', { 'Fn::If': ['IsProduction', 'yes', 'no'] }, 'no'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 256],
    ['Fn::FindInMap of a list', { 'Fn::FindInMap': ['Sizes', 'local', 'zones'] }, ['a', 'b']],
    ['Fn::FindInMap with a default', { 'Fn::FindInMap': ['Sizes', 'x', 'memory', { DefaultValue: 1 }] }, 1],
    ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': 'shared-Bus' } }, 'the-bus'],
    ['Fn::Base64', { 'Fn::Base64': 'ping' }, 'cGluZw=='],
    ['Fn::Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }, ['10.0.0.0/24', '10.0.1.0/24']],
    ['Fn::GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['Fn::Length', { 'Fn::Length': { Ref: 'Zones' } }, 2],
    ['Fn::ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"local"}'],
  ])('evaluates %s', (_title, input, expected) => {
    expect(value(input)).toEqual(expected);
  });

  it('evaluates functions at any depth', () => {
    expect(value({ a: [{ b: { Ref: 'Stage' } }] })).toEqual({ a: [{ b: 'local' }] });
  });

  it('takes properties and members away with AWS::NoValue', () => {
    const none = { Ref: 'AWS::NoValue' };

    expect(value({ a: none, b: [1, { 'Fn::If': ['IsProduction', 2, none] }], c: 3 })).toEqual({ b: [1], c: 3 });
    expect(value(none)).toBeUndefined();
  });

  it.each<[string, unknown, boolean]>([
    ['Fn::And', { 'Fn::And': [{ Condition: 'IsLocal' }, { Condition: 'IsProduction' }] }, false],
    ['Fn::Or', { 'Fn::Or': [{ Condition: 'IsLocal' }, { Condition: 'IsProduction' }] }, true],
    ['Fn::Not', { 'Fn::Not': [{ Condition: 'IsLocal' }] }, false],
    ['Fn::Equals of what was mapped', { 'Fn::Equals': [{ 'Fn::FindInMap': ['Sizes', 'local', 'memory'] }, 256] }, true],
    ['Fn::Equals of text and number', { 'Fn::Equals': ['1', 1] }, true],
  ])('tests %s', (_title, expression, expected) => {
    const conditions = { ...template, Conditions: { ...template.Conditions, Tried: expression } };

    expect(value({ 'Fn::If': ['Tried', true, false] }, { template: conditions })).toBe(expected);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'an unknown name',
      { Ref: 'Topik' },
      /^Here: .*Unresolved resource dependencies \[Topik\] in the Resources block of the template \(did you mean Topic\?\)$/,
    ],
    ['an unknown pseudo parameter', { Ref: 'AWS::Regio' }, /no pseudo parameter AWS::Regio/],
    ['an unknown attribute', { 'Fn::GetAtt': ['Topic', 'Name'] }, /Topic has no attribute Name/],
    ['a resource whose condition is false', { Ref: 'Off' }, /not created because its condition IsProduction is false/],
    ['an unknown function', { 'Fn::Jion': ['', []] }, /Fn::Jion is not supported .*\(did you mean Fn::Join\?\)/],
    ['a function beside other keys', { 'Fn::Join': ['', []], Other: 1 }, /Fn::Join must stand alone, without Other/],
    ['a list inside Fn::Sub', { 'Fn::Sub': '${Zones}' }, /a text is expected, not a list/],
    ['a strange variable in Fn::Sub', { 'Fn::Sub': '${a b}' }, /cannot take the variable \$\{a b\}/],
    ['Fn::Select beyond the end', { 'Fn::Select': [2, ['a', 'b']] }, /member 2 of a list of 2/],
    ['Fn::Join of a text', { 'Fn::Join': ['', 'ab'] }, /a list is expected, not the string "ab"/],
    ['Fn::Join without its list', { 'Fn::Join': [''] }, /Fn::Join takes a list of 2 values/],
    [
      'an unknown condition',
      { 'Fn::If': ['IsLocl', 1, 2] },
      /Template error: unresolved condition dependency IsLocl in Fn::If \(did you mean IsLocal\?\)/,
    ],
    ['a condition that needs itself', { 'Fn::If': ['Round', 1, 2] }, /depends on itself/],
    [
      'a key that no mapping has',
      { 'Fn::FindInMap': ['Sizes', 'dev', 'memory'] },
      /Template error: Unable to get mapping for Sizes::dev::memory/,
    ],
    [
      'what every object has, as a mapping',
      { 'Fn::FindInMap': ['constructor', 'name', 'length'] },
      /Unable to get mapping/,
    ],
    ['an import that nobody exports', { 'Fn::ImportValue': 'Nothing' }, /no stack exports 'Nothing'/],
    ['a block that is too small', { 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }, /does not hold 2 blocks/],
    ['a dynamic reference', 'x{{resolve:ssm:/a/b}}', /\{\{resolve:ssm:\/a\/b\}\} is not supported/],
    ['a dynamic reference out of a function', { 'Fn::Sub': '{{resolve:ssm:/${Stage}}}' }, /resolve:ssm:\/local/],
  ])('refuses %s, with its place', (_title, input, expected) => {
    expect(problem(input)).toEqual([expect.stringMatching(expected)]);
  });

  it('names the place inside a list of objects', () => {
    expect(problem({ Rules: [{ Id: 'a' }, { Id: { Ref: 'Gone' } }] })[0]).toMatch(/^Here\.Rules\[1\]\.Id: .*\[Gone\]/);
  });

  it('refuses language extensions in a template that does not name the transform, as AWS does', () => {
    const plain = { languageExtensions: false };

    expect(problem({ 'Fn::Length': [1] }, plain)).toEqual([expect.stringContaining('AWS::LanguageExtensions')]);
    expect(problem({ 'Fn::ToJsonString': [1] }, plain)).toEqual([expect.stringContaining('AWS::LanguageExtensions')]);
  });

  it('reads dynamic references to secrets, in properties of resources', () => {
    const resolveDynamic = (_service: string, key: string) => (key === 'key' ? 'hush' : undefined);
    const at = 'Thing (A::B::C): Properties.Name';

    expect(value('a {{resolve:secretsmanager:key}}', { resolveDynamic }, at)).toBe('a hush');
    expect(problem('{{resolve:secretsmanager:none}}', { resolveDynamic }, at)).toEqual([
      expect.stringContaining('leads to nothing'),
    ]);
    expect(problem('{{resolve:ssm:key}}', { resolveDynamic }, at)).toEqual([expect.stringContaining('not supported')]);
    expect(problem('{{resolve:secretsmanager:key}}', { resolveDynamic }, 'Outputs.Key.Value')).toEqual([
      expect.stringContaining('in properties of resources only'),
    ]);
  });

  it('goes on with stand-ins for what is not known yet, whatever function they pass through', () => {
    const ref = () => pending('Topic');
    const split = { 'Fn::Split': [':', { Ref: 'Topic' }] };

    for (const input of [
      { 'Fn::Select': [5, split] },
      { 'Fn::Base64': { Ref: 'Topic' } },
      { 'Fn::Length': split },
      { 'Fn::Cidr': [{ Ref: 'Topic' }, 2] },
      { 'Fn::ToJsonString': { Ref: 'Topic' } },
      { 'Fn::Join': ['', split] },
    ]) {
      expect(JSON.stringify(value(input, { ref }))).toContain('\uE000');
    }
  });
});
