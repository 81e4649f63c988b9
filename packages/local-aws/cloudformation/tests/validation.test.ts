// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
import { describe, expect, it } from '@jest/globals';
import { TemplateError } from '../problems.ts';
import { createStacks } from '../stacks.ts';
import { BoxWorld, boxes, testCore } from './fakes.ts';

/** Deploys a template that must be refused; gives the problems, and checks that nothing was made. */
async function refusals(template: unknown, parameters: Record<string, string> = {}): Promise<readonly string[]> {
  const world = new BoxWorld();
  const stacks = createStacks(testCore(), [world.type]);
  const error = await stacks.deploy({ stackName: 'test', template, parameters }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TemplateError);
  expect(world.log).toEqual([]);
  expect(stacks.list()).toEqual([]);
  return error instanceof TemplateError ? error.problems : [];
}

const parameter = (definition: Record<string, unknown>) =>
  boxes({ Box: { Label: { Ref: 'P' } } }, { Parameters: { P: definition } });

describe('a template before anything is created', () => {
  it('is refused for a misspelled property, with the resource, the path and the name that was meant', async () => {
    const problems = await refusals(boxes({ Box: { Layers: [{ Depth: 1 }, { Dept: 2, Depth: 2 }] } }));

    expect(problems).toEqual([
      'Box (Arcade::Test::Box): Properties.Layers[1].Dept is not supported by local-aws (did you mean Depth?)',
    ]);
  });

  it('is refused for all its problems at once', async () => {
    const problems = await refusals(
      boxes(
        {
          First: { Lable: 'x' },
          Second: { Size: 'big', Label: { Ref: 'Nobody' } },
          Third: { $: { DependsOn: 'Frist' } },
          Fourth: { $: { Type: 'AWS::Unheard::Of' } },
        },
        { Outputs: { Out: { Value: { 'Fn::GetAtt': ['Fifth', 'Arn'] } } } },
      ),
    );

    expect(problems).toEqual([
      expect.stringMatching(/^First .*: Properties\.Lable is not supported .*did you mean Label/),
      expect.stringMatching(
        /^Second .*: Properties\.Label: Template format error: Unresolved resource dependencies \[Nobody\] in the Resources block/,
      ),
      expect.stringMatching(/^Second .*: Properties\.Size: /),
      expect.stringMatching(/^Third .*: DependsOn names Frist, .*did you mean First/),
      expect.stringMatching(/^Fourth \(AWS::Unheard::Of\): the resource type AWS::Unheard::Of is not supported/),
      expect.stringMatching(
        /^Outputs\.Out\.Value: .*Unresolved resource dependencies \[Fifth\] in the Outputs block of the template/,
      ),
    ]);
  });

  it.each<[string, unknown]>([
    ['Ref', { Ref: 'Nobody' }],
    ['Fn::GetAtt', { 'Fn::GetAtt': 'Nobody.Arn' }],
    ['Fn::Sub', { 'Fn::Sub': 'a-${Nobody.Arn}' }],
    ['a variable of Fn::Sub', { 'Fn::Sub': ['a-${A}', { A: { 'Fn::Sub': '${Nobody}' } }] }],
  ])('is refused for a name that nothing has, in a branch that is not taken too: %s', async (_what, value) => {
    const template = boxes(
      { Box: { Label: { 'Fn::If': ['Never', value, 'x'] } } },
      { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
    );

    const taken = boxes({ Box: { Label: value } });
    expect(await refusals(taken)).toEqual(await refusals(template));
    expect(await refusals(template)).toEqual([
      expect.stringMatching(
        /^Box .*Properties\.Label: Template format error: Unresolved resource dependencies \[Nobody\]/,
      ),
    ]);
  });

  it('passes with what Fn::Sub takes from elsewhere, in a branch that is not taken', async () => {
    const value = { 'Fn::Sub': ['${Own}${Box.Arn}${AWS::Region}${!Literal}', { Own: 'x' }] };
    const template = boxes(
      { Box: {}, Other: { Label: { 'Fn::If': ['Never', value, 'x'] } } },
      { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } },
    );
    const stacks = createStacks(testCore(), [new BoxWorld().type]);

    await expect(stacks.deploy({ stackName: 'test', template })).resolves.toMatchObject({ status: 'CREATE_COMPLETE' });
  });

  it('is refused for resources that depend on each other in a circle, with the circle', async () => {
    const template = boxes({
      A: { Label: { Ref: 'B' } },
      B: { Label: { 'Fn::Sub': '${C.Arn}' } },
      C: { $: { DependsOn: ['A'] } },
    });

    expect(await refusals(template)).toEqual([expect.stringContaining('A -> B -> C -> A')]);
  });

  it('is refused for more resources than a template may have', async () => {
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`Box${index}`, {}]));

    expect(await refusals(boxes(many))).toEqual(['Resources: a template has at most 500 resources']);
  });

  it('is refused for sections and attributes that are not executed', async () => {
    const template = {
      ...boxes({ Box: { $: { UpdatePolicy: {}, DeletionPolicy: 'Snapshot' } } }),
      Rules: {},
    };

    const problems = await refusals(template);

    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringContaining('Rules is not supported'),
        "Resources.Box: Invalid template resource property 'UpdatePolicy'",
        expect.stringMatching(/^Resources\.Box\.DeletionPolicy: /),
      ]),
    );
  });

  it('is refused for a transform other than the language extensions', async () => {
    expect(await refusals({ ...boxes({ Box: {} }), Transform: 'AWS::Serverless-2016-10-31' })).toEqual([
      'Transform AWS::Serverless-2016-10-31 is not supported by local-aws',
    ]);
  });

  it('is refused for a condition that is not defined', async () => {
    expect(await refusals(boxes({ Box: { $: { Condition: 'Maybe' } } }))).toEqual([
      expect.stringContaining('Condition names Maybe, which is not defined'),
    ]);
  });

  it('says what is wrong inside a union by the shape that was meant', async () => {
    expect(await refusals(boxes({ Box: { Content: { Kind: 'tea', Cuont: 2, Count: 2 } } }))).toEqual([
      expect.stringMatching(/Properties\.Content\.Cuont is not supported .*did you mean Count/),
    ]);
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['one of the allowed values', { Type: 'String', AllowedValues: ['a', 'b'] }, 'c', /'c' is not one of a, b/],
    ['the pattern', { Type: 'String', AllowedPattern: '[a-z]+' }, 'a1', /'a1' does not match \[a-z\]\+/],
    ['the least length', { Type: 'String', MinLength: 2 }, 'a', /shorter than 2/],
    ['the greatest length', { Type: 'String', MaxLength: '2' }, 'abc', /longer than 2/],
    ['the least value', { Type: 'Number', MinValue: 2 }, '1', /less than 2/],
    ['the greatest value', { Type: 'Number', MaxValue: 2 }, '3', /more than 2/],
    ['a number', { Type: 'Number' }, 'many', /'many' is not a number/],
    ['each number of a list', { Type: 'List<Number>' }, '1,x', /'x' is not a number/],
    ['the words of the template', { Type: 'String', MinLength: 2, ConstraintDescription: 'is odd' }, 'a', /'a' is odd/],
  ])('is refused for a parameter that is not %s', async (_title, definition, given, expected) => {
    const template = parameter(definition);

    expect(await refusals(template, { P: given })).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });

  it('is refused for a parameter that is missing, unknown, or of a type that needs AWS', async () => {
    expect(await refusals(parameter({ Type: 'String' }))).toEqual(['Parameters: [P] must have values']);
    expect(await refusals(parameter({ Type: 'String', Default: '' }), { Q: '' })).toEqual([
      'Parameters: [Q] do not exist in the template',
    ]);
    expect(await refusals(parameter({ Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a' }))).toEqual([
      expect.stringContaining('AWS::SSM::Parameter::Value<String> is not supported'),
    ]);
  });

  it('is refused for a pattern that is no regular expression, and for a condition that is no function', async () => {
    expect(await refusals(parameter({ Type: 'String', Default: 'a', AllowedPattern: '(' }))).toEqual([
      expect.stringMatching(/^Parameters\.P: AllowedPattern '\(' is not supported by local-aws: /),
    ]);
    expect(
      await refusals(boxes({ Box: { $: { Condition: 'C' } } }, { Conditions: { C: { constructor: [] } } })),
    ).toEqual([expect.stringMatching(/^Conditions\.C: one of Fn::Equals/)]);
  });

  it('passes when only what is not known yet does not fit its schema', async () => {
    const world = new BoxWorld();
    const stacks = createStacks(testCore(), [world.type]);
    const template = boxes({ A: {}, B: { OwnerArn: { 'Fn::GetAtt': ['A', 'Arn'] } } });

    await stacks.deploy({ stackName: 'test', template });

    expect(world.log).toEqual(['create A', 'create B']);
  });

  it('is refused at creation, and undone, when what became known does not fit', async () => {
    const world = new BoxWorld();
    const stacks = createStacks(testCore(), [world.type]);
    const template = boxes({ A: {}, B: { OwnerArn: { Ref: 'A' } } });

    await expect(stacks.deploy({ stackName: 'test', template })).rejects.toThrow(
      /B \(Arcade::Test::Box\): Properties\.OwnerArn: /,
    );

    expect(world.boxes.size).toBe(0);
  });
});
