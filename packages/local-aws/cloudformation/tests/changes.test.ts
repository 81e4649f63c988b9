import { describe, expect, it } from '@jest/globals';
import { changesOf } from '../api/changes.ts';
import { refusedByPolicy } from '../api/stackPolicy.ts';
import { createStacks } from '../stacks.ts';
import { BoxWorld, boxes, testCore } from './fakes.ts';

async function changes(
  before: unknown,
  after: unknown,
  parameters: [Record<string, string>, Record<string, string>] = [{}, {}],
) {
  const stacks = createStacks(testCore(), [new BoxWorld().type]);
  await stacks.deploy({ stackName: 'test', template: before, parameters: parameters[0] });
  const plan = stacks.check({ stackName: 'test', template: after, parameters: parameters[1] });
  return changesOf('test', stacks.requestOf('test'), plan, parameters[1]);
}

const told = async (...args: Parameters<typeof changes>) =>
  (await changes(...args)).map(({ action, logicalId, properties, isReplaced }) =>
    `${action} ${logicalId} ${properties.join(',')}${isReplaced ? ' replaced' : ''}`.trim(),
  );

describe('what a change set tells', () => {
  it('is what is added, changed in place, replaced and removed', async () => {
    const before = boxes({ Same: { Label: 'a' }, Changed: { Label: 'a' }, Replaced: { Material: 'wood' }, Gone: {} });
    const after = boxes({
      Same: { Label: 'a' },
      Changed: { Label: 'b', Size: 1 },
      Replaced: { Material: 'steel' },
      New: {},
    });

    expect(await told(before, after)).toEqual([
      'Modify Changed Label,Size',
      'Modify Replaced Material replaced',
      'Add New',
      'Remove Gone',
    ]);
  });

  it("is also what a parameter's new value changes", async () => {
    const template = boxes(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
      { One: { Label: { Ref: 'Stage' } }, Two: { Label: { 'Fn::Sub': '${Stage}-box' } }, Three: { Label: 'Stage' } },
      { Parameters: { Stage: { Type: 'String' } } },
    );

    expect(await told(template, template, [{ Stage: 'a' }, { Stage: 'b' }])).toEqual([
      'Modify One Label',
      'Modify Two Label',
    ]);
    expect(await told(template, template, [{ Stage: 'a' }, { Stage: 'a' }])).toEqual([]);
  });
});

describe("a stack's policy", () => {
  const before = boxes({ Changed: { Label: 'a' }, Replaced: { Material: 'wood' }, Gone: {} });
  const after = boxes({ Changed: { Label: 'b' }, Replaced: { Material: 'steel' }, New: {} });
  const everything = { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' };
  const refused = async (...Statement: object[]) => [
    ...refusedByPolicy(JSON.stringify({ Statement }), await changes(before, after)).keys(),
  ];

  it.each([
    ['allows all', [everything], []],
    ['says nothing', [], ['Changed', 'Replaced', 'Gone']],
    ['denies replacing', [everything, { ...everything, Effect: 'Deny', Action: 'Update:Replace' }], ['Replaced']],
    ['denies deleting', [everything, { ...everything, Effect: 'Deny', Action: ['Update:Delete'] }], ['Gone']],
    [
      'denies one resource',
      [everything, { ...everything, Effect: 'Deny', Resource: 'LogicalResourceId/Ch*' }],
      ['Changed'],
    ],
    [
      'allows all but one',
      [{ Effect: 'Allow', Principal: '*', Action: 'Update:*', NotResource: 'LogicalResourceId/Gone' }],
      ['Gone'],
    ],
    [
      'allows all but one action',
      [{ Effect: 'Allow', Principal: '*', NotAction: 'Update:Modify', Resource: '*' }],
      ['Changed'],
    ],
    [
      'denies a type',
      [everything, { ...everything, Effect: 'Deny', Condition: { StringLike: { ResourceType: ['Arcade::*'] } } }],
      ['Changed', 'Replaced', 'Gone'],
    ],
    [
      'denies another type',
      [
        everything,
        { ...everything, Effect: 'Deny', Condition: { StringEquals: { ResourceType: ['AWS::S3::Bucket'] } } },
      ],
      [],
    ],
  ])('that %s refuses what it must', async (_what, statements, expected) => {
    expect(await refused(...statements)).toEqual(expected);
  });

  it('says which statement refuses', async () => {
    const deny = { ...everything, Effect: 'Deny', Action: 'Update:Modify' };
    const reasons = refusedByPolicy(JSON.stringify({ Statement: [everything, deny] }), await changes(before, after));

    expect(reasons.get('Changed')).toBe(
      'Action denied by stack policy: Statement [#2] does not allow [Update:Modify] for resource [LogicalResourceId/Changed];',
    );
  });
});
