// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Store } from '../../core/store/index.ts';
import { anyValues } from '../../core/tests/anyValues.ts';
import { inertNotes } from '../inert.ts';
import { createStacks, type Stacks } from '../stacks.ts';
import { BoxWorld, boxes, chestType, looseType, testCore } from './fakes.ts';

function start(options: Parameters<typeof testCore>[0] = {}, world = new BoxWorld()) {
  const core = testCore(options);
  const stacks = createStacks(core, [world.type]);
  return { world, core, stacks, deploy: deployer(stacks) };
}

const deployer =
  (stacks: Stacks) =>
  (template: unknown, stackName = 'test', parameters: Record<string, string> = {}) =>
    stacks.deploy({ stackName, template, parameters });

describe('deploying a stack', () => {
  it('creates resources after those that they refer to or wait for', async () => {
    const { world, deploy } = start();

    await deploy(
      boxes({
        Last: { Label: { 'Fn::Sub': 'about ${Middle.Arn}' } },
        Middle: { Label: { Ref: 'First' } },
        First: { $: { DependsOn: ['Zeroth'] } },
        Zeroth: {},
      }),
    );

    expect(world.takeLog()).toEqual(['create Zeroth', 'create First', 'create Middle', 'create Last']);
  });

  it('hands over resolved properties, numbers and booleans as the schema wants them', async () => {
    const { world, deploy } = start();

    await deploy(
      boxes(
        {
          Box: {
            BoxName: 'b',
            Size: '12',
            Sealed: 'true',
            Label: 7,
            Content: { Kind: 'tea', Count: '3' },
            Layers: [{ Depth: '1' }],
            Environment: { RETRIES: 3, VERBOSE: true, STAGE: { Ref: 'Stage' } },
            Tags: [{ Key: 'a', Value: 'b' }],
          },
        },
        { Parameters: { Stage: { Type: 'String', Default: 'local' } } },
      ),
    );

    expect(world.boxes.get('b')).toEqual({
      BoxName: 'b',
      Size: 12,
      Sealed: true,
      Label: '7',
      Content: { Kind: 'tea', Count: 3 },
      Layers: [{ Depth: 1 }],
      Environment: { RETRIES: '3', VERBOSE: 'true', STAGE: 'local' },
      Tags: [{ Key: 'a', Value: 'b' }],
    });
  });

  it('gives outputs, and resources with their physical ids', async () => {
    const { stacks, deploy } = start();

    const stack = await deploy(
      boxes(
        { Box: { BoxName: 'b' } },
        { Outputs: { Arn: { Value: { 'Fn::GetAtt': 'Box.Arn' } }, Size: { Value: 5 } } },
      ),
    );

    expect(stack).toMatchObject({
      stackName: 'test',
      stackId: expect.stringMatching(/^arn:aws:cloudformation:eu-west-1:000000000000:stack\/test\//),
      status: 'CREATE_COMPLETE',
      outputs: { Arn: 'arn:aws:box:eu-west-1:000000000000:box/b', Size: '5' },
      resources: [{ logicalId: 'Box', type: 'Arcade::Test::Box', physicalId: 'b' }],
    });
    expect(stacks.get('test')).toEqual(stack);
    expect(stacks.list()).toEqual([stack]);
    expect(stacks.get('other')).toBeUndefined();
  });

  it('leaves out resources and outputs whose conditions are false', async () => {
    const { world, deploy } = start();
    const template = boxes(
      { Always: { $: { DependsOn: 'Sometimes' } }, Sometimes: { $: { Condition: 'IsProduction' } } },
      {
        Parameters: { Stage: { Type: 'String', Default: 'local' } },
        Conditions: { IsProduction: { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] } },
        Outputs: { Name: { Condition: 'IsProduction', Value: { Ref: 'Sometimes' } } },
      },
    );

    const local = await deploy(template);
    const production = await deploy(template, 'other', { Stage: 'production' });

    expect(local.outputs).toEqual({});
    expect(Object.keys(production.outputs)).toEqual(['Name']);
    expect(world.takeLog()).toEqual(['create Always', 'create Sometimes', 'create Always']);
  });

  it('writes each step into the journal', async () => {
    const { core, deploy } = start();

    await deploy(boxes({ Box: { BoxName: 'b' } }));

    expect(core.journal.entries()).toMatchObject([
      {
        kind: 'provision',
        action: 'CREATE_COMPLETE',
        to: expect.stringMatching(/box\/b$/),
        detail: { logicalId: 'Box' },
      },
      { kind: 'provision', action: 'CREATE_COMPLETE', to: expect.stringMatching(/stack\/test\//), outcome: 'ok' },
    ]);
  });

  it('refuses names that CloudFormation would refuse', async () => {
    const { deploy } = start();

    await expect(deploy(boxes({ Box: {} }), 'no_underscores')).rejects.toThrow("'no_underscores' is not a stack name");
  });

  it('refuses an attribute that the resource does not have, and says which it has', async () => {
    const { world, deploy } = start();

    await expect(deploy(boxes({ A: {}, B: { Label: { 'Fn::GetAtt': ['A', 'Color'] } } }))).rejects.toThrow(
      'Resource type Arcade::Test::Box does not support attribute {Color}; A has Arn',
    );

    expect(world.boxes.size).toBe(0);
  });

  it('accepts inert resources and says once what they are', async () => {
    const { deploy } = start();
    const { resources } = await deploy({
      Resources: {
        Board: { Type: 'AWS::CloudWatch::Dashboard', Properties: { A: 1 } },
      },
    });

    expect(resources.map(({ type }) => type)).toEqual(['AWS::CloudWatch::Dashboard']);
    expect(inertNotes([new BoxWorld().type])).toEqual(
      expect.arrayContaining([
        { what: 'AWS::CloudWatch::Dashboard', reason: expect.any(String) },
        { what: 'Arcade::Test::Box Tags', reason: 'nobody reads tags on a laptop' },
      ]),
    );
    await expect(deploy({ Resources: { MyBucket: { Type: 'AWS::S3::Bucket' } } }, 'other')).rejects.toThrow(
      'the resource type AWS::S3::Bucket is not supported',
    );
  });
});

describe('changing a stack', () => {
  it('does nothing when nothing changed', async () => {
    const { world, core, deploy } = start();
    const template = boxes({ Box: { Label: 'a' } });
    const first = await deploy(template);
    world.takeLog();
    const seq = core.journal.lastSeq;

    const second = await deploy(structuredClone(template));

    expect(second).toEqual(first);
    expect(world.takeLog()).toEqual([]);
    expect(core.journal.lastSeq).toBe(seq);
  });

  it('changes in place only what differs', async () => {
    const { world, deploy } = start();
    await deploy(boxes({ Box: { Label: 'a' }, Other: { Label: 'x' } }));
    world.takeLog();

    const { status } = await deploy(boxes({ Box: { Label: 'b' }, Other: { Label: 'x' } }));

    expect(status).toBe('UPDATE_COMPLETE');
    expect(world.takeLog()).toEqual(['update Box']);
    expect([...world.boxes.values()].map(({ Label }) => Label)).toEqual(['b', 'x']);
  });

  it('replaces what cannot change in place: the new one first, those that refer to it, the old one last', async () => {
    const { world, deploy } = start();
    const template = (material: string) => boxes({ Box: { Material: material }, User: { Label: { Ref: 'Box' } } });
    const before = await deploy(template('wood'));
    world.takeLog();

    const after = await deploy(template('steel'));

    expect(world.takeLog()).toEqual(['create Box', 'update User', 'remove Box']);
    expect(after.resources[0]?.physicalId).not.toBe(before.resources[0]?.physicalId);
    expect(world.boxes.get(after.resources[1]?.physicalId ?? '')?.Label).toBe(after.resources[0]?.physicalId);
    expect(world.boxes.size).toBe(2);
  });

  it('refuses to replace a resource with a fixed name, as CloudFormation does', async () => {
    const { world, deploy } = start();
    await deploy(boxes({ Box: { BoxName: 'b', Material: 'wood' } }));
    world.takeLog();

    await expect(deploy(boxes({ Box: { BoxName: 'b', Material: 'steel' } }))).rejects.toThrow(
      /Box \(Arcade::Test::Box\): changing Material means replacing it, .* change BoxName \('b'\) as well/,
    );
    await deploy(boxes({ Box: { BoxName: 'c', Material: 'steel' } }));

    expect(world.takeLog()).toEqual(['create Box', 'remove Box']);
    expect([...world.boxes.keys()]).toEqual(['c']);
  });

  it('removes what left the template, those that referred to it first', async () => {
    const { world, deploy } = start();
    await deploy(boxes({ Keep: {}, A: {}, B: { Label: { Ref: 'A' } } }));
    world.takeLog();

    await deploy(boxes({ Keep: {} }));

    expect(world.takeLog()).toEqual(['remove B', 'remove A']);
  });

  it('keeps what has DeletionPolicy Retain', async () => {
    const { world, stacks, deploy } = start();
    const keep = { $: { DeletionPolicy: 'Retain' } };
    await deploy(boxes({ Keep: { BoxName: 'kept', ...keep }, Gone: {}, Stay: { BoxName: 'stayed', ...keep } }));

    await deploy(boxes({ Stay: { BoxName: 'stayed', ...keep } }));
    await stacks.remove('test');

    expect([...world.boxes.keys()]).toEqual(['kept', 'stayed']);
    expect(stacks.list()).toEqual([]);
  });

  it('keeps a replaced resource that has UpdateReplacePolicy Retain', async () => {
    const { world, deploy } = start();
    const box = (name: string) => boxes({ Box: { BoxName: name, $: { UpdateReplacePolicy: 'Retain' } } });
    await deploy(box('old'));

    await deploy(box('new'));

    expect([...world.boxes.keys()]).toEqual(['old', 'new']);
  });

  it('refuses another type under a logical id, and changes nothing', async () => {
    const world = new BoxWorld();
    const stacks = createStacks(testCore(), [
      world.type,
      looseType('Arcade::Test::Bag', () => ({ physicalId: 'bag' })),
    ]);
    await stacks.deploy({ stackName: 'test', template: boxes({ Box: { BoxName: 'b' } }) });

    const template = { Resources: { Box: { Type: 'Arcade::Test::Bag' } } };
    const deployed = stacks.deploy({ stackName: 'test', template });

    await expect(deployed).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [Box]',
    );
    expect(stacks.get('test')?.resources).toMatchObject([{ type: 'Arcade::Test::Box', physicalId: 'b' }]);
    expect([...world.boxes.keys()]).toEqual(['b']);
  });

  it('knows that a name belongs to what it is in: two APIs may each have a stage of one name', async () => {
    const stage = {
      ...looseType('Arcade::Test::Stage', ({ StageName }) => ({ physicalId: String(StageName) })),
      replaceOn: ['ApiId', 'StageName'],
    };
    const stacks = createStacks(testCore(), [stage]);
    const template = (ApiId: string) => ({
      Resources: { Stage: { Type: 'Arcade::Test::Stage', Properties: { ApiId, StageName: 'local' } } },
    });

    await stacks.deploy({ stackName: 'first', template: template('a') });
    await stacks.deploy({ stackName: 'second', template: template('b') });
    const { status } = await stacks.deploy({ stackName: 'second', template: template('c') });

    expect(status).toBe('UPDATE_COMPLETE');
    await expect(stacks.deploy({ stackName: 'third', template: template('a') })).rejects.toThrow(
      "StageName 'local' is taken by Stage",
    );
  });

  it('refuses a name that another resource has', async () => {
    const { world, deploy } = start();
    await deploy(boxes({ Box: { BoxName: 'b' } }));

    await expect(deploy(boxes({ Renamed: { BoxName: 'b' } }))).rejects.toThrow(
      "Renamed (Arcade::Test::Box): BoxName 'b' is taken by Box (Arcade::Test::Box) of this stack",
    );
    await expect(deploy(boxes({ Box: { BoxName: 'b' } }), 'second')).rejects.toThrow("of the stack 'test'");

    expect([...world.boxes.keys()]).toEqual(['b']);
  });
});

describe('a deployment that fails', () => {
  it('leaves nothing of a new stack behind', async () => {
    const { world, stacks, core, deploy } = start();
    world.broken.add('C');

    await expect(deploy(boxes({ A: {}, B: {}, C: { Label: { Ref: 'B' } } }))).rejects.toMatchObject({
      code: 'Broken',
      message: 'C (Arcade::Test::Box): the box C is broken',
    });

    expect(world.takeLog()).toEqual(['create A', 'create B', 'remove B', 'remove A']);
    expect(stacks.list()).toEqual([]);
    expect(core.journal.entries().at(-1)).toMatchObject({ action: 'ROLLBACK_COMPLETE', outcome: 'error' });
  });

  it('puts a stack back as it was: creations, changes and replacements undone, nothing removed', async () => {
    const { world, stacks, deploy } = start();
    const before = await deploy(
      boxes({ Changed: { Label: 'a' }, Replaced: { Material: 'wood' }, Leaving: {}, Bad: {} }),
    );
    const boxesBefore = structuredClone(world.boxes);
    world.takeLog();
    world.broken.add('bad');
    const template = boxes({
      Changed: { Label: 'b' },
      Replaced: { Material: 'steel' },
      Fresh: { Label: { Ref: 'Replaced' } },
      Bad: { Label: 'bad', $: { DependsOn: 'Fresh' } },
    });

    await expect(deploy(template)).rejects.toThrow('the box bad is broken');

    expect(world.takeLog()).toEqual([
      'update Changed',
      'create Replaced',
      'create Fresh',
      'remove Fresh',
      'remove Replaced',
      'update Changed',
    ]);
    expect(world.boxes).toEqual(boxesBefore);
    expect(stacks.get('test')).toEqual({ ...before, status: 'UPDATE_ROLLBACK_COMPLETE' });
  });

  it('can be deployed again once mended', async () => {
    const { world, deploy } = start();
    world.broken.add('Box');
    await expect(deploy(boxes({ Box: {} }))).rejects.toThrow('broken');
    world.broken.clear();

    const { status } = await deploy(boxes({ Box: {} }));

    expect(status).toBe('CREATE_COMPLETE');
  });
});

describe('exports and imports', () => {
  const exporting = (label: string) =>
    boxes({ Box: { BoxName: label } }, { Outputs: { Name: { Value: { Ref: 'Box' }, Export: { Name: 'shared' } } } });
  const importing = boxes({ Box: { Label: { 'Fn::ImportValue': 'shared' } } });

  it('carry a value from one stack to another', async () => {
    const { world, deploy } = start();

    await deploy(exporting('b'), 'first');
    const second = await deploy(importing, 'second');

    expect(world.boxes.get(second.resources[0]?.physicalId ?? '')?.Label).toBe('b');
  });

  it('are refused when nobody exports the name, or two stacks would', async () => {
    const { deploy } = start();

    await expect(deploy(importing)).rejects.toThrow("no stack exports 'shared'");
    await deploy(exporting('a'), 'first');
    await expect(deploy(exporting('b'), 'second')).rejects.toThrow("the stack 'first' exports 'shared' already");
  });

  it('hold on to the exporting stack while they are in use', async () => {
    const { stacks, world, deploy } = start();
    await deploy(exporting('b'), 'first');
    await deploy(importing, 'second');

    await expect(stacks.remove('first')).rejects.toThrow('Export shared cannot be deleted as it is in use by second');
    await expect(deploy(exporting('c'), 'first')).rejects.toThrow('Export shared cannot be updated as it is in use');
    expect(world.boxes.has('b')).toBe(true);
    await stacks.remove('second');
    await stacks.remove('first');

    expect(world.boxes.size).toBe(0);
  });

  it('says so when the stack to remove does not exist', async () => {
    await expect(start().stacks.remove('none')).rejects.toThrow('Stack with id none does not exist');
  });
});

describe('where the code of functions runs', () => {
  const code = (file: string) => ({ kind: 'bundle', file, handler: 'handler' }) as const;
  const functionType = looseType('AWS::Lambda::Function', ({ FunctionName }, id) => ({
    physicalId: String(FunctionName ?? id),
    Arn: `arn:${FunctionName ?? id}`,
  }));
  const template = {
    Resources: { Ping: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'ping-local' } } },
  };

  it('is told to Lambda by logical id or name, also when nothing else changed', async () => {
    const placed: unknown[] = [];
    const stacks = createStacks(testCore(), [functionType], {
      setCode: (arn, code) => void placed.push([arn, code?.file]),
    });

    await stacks.deploy({ stackName: 'test', template, functions: { Ping: code('a') } });
    await stacks.deploy({
      stackName: 'test',
      template,
      functions: { 'ping-local': code('b') },
    });

    expect(placed).toEqual([
      ['arn:ping-local', 'a'],
      ['arn:ping-local', 'b'],
    ]);
  });

  it('is refused for a function that the template does not have', async () => {
    const stacks = createStacks(testCore(), [functionType]);

    await expect(stacks.deploy({ stackName: 'test', template, functions: { Pong: code('a') } })).rejects.toThrow(
      'code was given for the function Pong, which the template does not have (did you mean Ping?)',
    );
  });
});

describe('stacks on disk', () => {
  const folders: string[] = [];
  const stores: Store[] = [];
  const chests = new Map<string, { owner: string; content: string }>();
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
    chests.clear();
  });
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stacks-'));
    folders.push(folder);
    return folder;
  };
  /** Starts on a folder that whoever had it before has let go of. */
  const startOn = (stateFolder: string) => {
    for (const store of stores.splice(0)) store.close();
    const world = new BoxWorld();
    const core = testCore({ stateFolder });
    stores.push(core.store);
    const stacks = createStacks(core, [world.type, chestType(chests)]);
    return { world, core, stacks, deploy: deployer(stacks) };
  };
  const chest = (more: Record<string, unknown> = {}, Properties: Record<string, unknown> = {}) => ({
    Type: 'Arcade::Test::Chest',
    Properties,
    ...more,
  });
  /** A stack with a chest, in which something is. */
  const deployChest = async ({ deploy }: ReturnType<typeof startOn>, Chest: object = chest(), rest: object = {}) => {
    const { resources } = await deploy({ Resources: { Chest, ...rest } });
    const name = resources.find(({ logicalId }) => logicalId === 'Chest')?.physicalId ?? '';
    Object.assign(chests.get(name) ?? {}, { content: 'gold' });
    return name;
  };

  it('come back after a restart, with the same names, in an order in which imports find their exports', async () => {
    const stateFolder = await newFolder();
    const first = startOn(stateFolder);
    await first.deploy(boxes({ Box: { Material: 'wood' } }), 'late');
    await first.deploy(
      boxes(
        { Box: { Label: { Ref: 'Text' } } },
        {
          Parameters: { Text: { Type: 'String' } },
          Outputs: { Out: { Value: 'v', Export: { Name: 'early' } } },
        },
      ),
      'early',
      { Text: 'hello' },
    );
    await first.deploy(boxes({ Box: { Material: 'steel', Label: { 'Fn::ImportValue': 'early' } } }), 'late');
    const before = first.stacks.list();

    const second = startOn(stateFolder);
    const failures = await second.stacks.restore();

    expect(failures).toEqual([]);
    expect(second.world.boxes).toEqual(first.world.boxes);
    expect(second.stacks.list()).toEqual(
      expect.arrayContaining(before.map((stack) => ({ ...stack, status: 'CREATE_COMPLETE' }))),
    );
  });

  it('are gone once removed, and were not there before they were whole', async () => {
    const stateFolder = await newFolder();
    const first = startOn(stateFolder);
    await first.deploy(boxes({ Box: {} }));
    await first.stacks.remove('test');
    first.world.broken.add('Bad');
    await expect(first.deploy(boxes({ Bad: {} }), 'bad')).rejects.toThrow('broken');

    const second = startOn(stateFolder);
    await second.stacks.restore();

    expect(second.stacks.list()).toEqual([]);
    expect(await readdir(join(stateFolder, 'stacks'))).toEqual([]);
  });

  it('whose file is damaged are named with it, the others come back, and it stays as it is until it is removed', async () => {
    const stateFolder = await newFolder();
    const first = startOn(stateFolder);
    await first.deploy(boxes({ Good: {} }), 'good');
    await first.deploy(boxes({ Bad: {} }), 'bad');
    first.core.store.close();
    await truncate(join(stateFolder, 'stacks', 'bad.sqlite'));
    const second = startOn(stateFolder);

    const failures = await second.stacks.restore();
    const deployed = second.deploy(boxes({ Bad: {} }), 'bad');

    const message = expect.stringMatching(/bad\.sqlite cannot be used: it is empty.*DELETE \/_local\/stacks\/bad/);
    expect(failures).toEqual([{ stackName: 'bad', error: expect.objectContaining({ message }) }]);
    expect(second.stacks.list().map(({ stackName }) => stackName)).toEqual(['good']);
    await expect(deployed).rejects.toMatchObject({ code: 'ValidationError', message });
    await second.stacks.remove('bad');
    await second.deploy(boxes({ Bad: {} }), 'bad');
    expect(await startOn(stateFolder).stacks.restore()).toEqual([]);
  });

  it('that another version kept are named, and the others come back', async () => {
    const stateFolder = await newFolder();
    const first = startOn(stateFolder);
    await first.deploy(boxes({ Good: {} }), 'good');
    first.core.store.collection('old', anyValues('cloudformation/stacks')).put('old', { stackName: 'old' });
    const second = startOn(stateFolder);

    expect(await second.stacks.restore()).toMatchObject([{ stackName: 'old', error: { code: 'ValidationError' } }]);
    expect(second.stacks.list().map(({ stackName }) => stackName)).toEqual(['good']);
  });

  it('that cannot come back are named with nothing of theirs lost, and go on from there when they are deployed', async () => {
    const stateFolder = await newFolder();
    const first = startOn(stateFolder);
    const Bad = { Type: 'Arcade::Test::Box', DependsOn: 'Chest' };
    const name = await deployChest(first, chest({}, { Label: 'old' }), { Bad });
    const replaced = await deployChest(first, chest({}, { Label: 'new' }), { Bad });
    await first.deploy(boxes({ Good: {} }), 'good');
    const second = startOn(stateFolder);
    second.world.broken.add('Bad');

    const failures = await second.stacks.restore();

    expect(failures).toEqual([{ stackName: 'test', error: expect.objectContaining({ code: 'Broken' }) }]);
    expect(second.stacks.list().map(({ stackName }) => stackName)).toEqual(['good']);
    expect([...chests]).toEqual([[replaced, { owner: 'test', content: 'gold' }]]);
    expect(replaced).not.toBe(name);
    await second.deploy({ Resources: { Chest: chest({}, { Label: 'new' }) } });
    expect([...chests]).toEqual([[replaced, { owner: 'test', content: 'gold' }]]);
    await second.deploy({ Resources: { Box: { Type: 'Arcade::Test::Box' } } });
    expect([...chests]).toEqual([]);
  });

  it("that wait for another's export keep what they have while they wait", async () => {
    const stateFolder = await newFolder();
    const first = startOn(stateFolder);
    await first.deploy(boxes({ Box: {} }, { Outputs: { Out: { Value: 'v', Export: { Name: 'early' } } } }), 'early');
    await deployChest(first, chest(), {
      Box: { Type: 'Arcade::Test::Box', DependsOn: 'Chest', Properties: { Label: { 'Fn::ImportValue': 'early' } } },
    });
    const kept = first.core.store.collection('test', anyValues<{ order: number }>('cloudformation/stacks'));
    kept.put('test', { ...kept.get('test'), order: 0 });
    const second = startOn(stateFolder);

    expect(await second.stacks.restore()).toEqual([]);

    expect([...chests.values()]).toEqual([{ owner: 'test', content: 'gold' }]);
  });

  it('finish what they were about to remove when local-aws was killed', async () => {
    const stateFolder = await newFolder();
    const first = startOn(stateFolder);
    const name = await deployChest(first);
    const kept = first.core.store.collection('test', anyValues<Record<string, unknown>>('cloudformation/stacks'));
    const stored = kept.get('test') ?? {};
    await first.deploy(boxes({ Box: {} }));
    chests.set(name, { owner: 'test', content: 'gold' });
    kept.put('test', { ...kept.get('test'), going: stored.kept });

    const second = startOn(stateFolder);
    await second.stacks.restore();

    expect([...chests]).toEqual([]);
    expect(second.stacks.list()).toHaveLength(1);
  });

  it('that were being removed when local-aws was killed are gone', async () => {
    const stateFolder = await newFolder();
    const first = startOn(stateFolder);
    await deployChest(first);
    const kept = first.core.store.collection('test', anyValues<object>('cloudformation/stacks'));
    kept.put('test', { ...kept.get('test'), isGoing: true });

    const second = startOn(stateFolder);

    expect(await second.stacks.restore()).toEqual([]);
    expect(second.stacks.list()).toEqual([]);
    expect([...chests]).toEqual([]);
  });

  it('leave to the account what their policy retains: when they go, when it leaves them, when they are rolled back', async () => {
    const { deploy, stacks, world } = startOn(await newFolder());
    const retained = chest({ DeletionPolicy: 'Retain' });
    world.broken.add('Bad');

    await deployChest({ deploy, stacks, world } as ReturnType<typeof startOn>, retained);
    await stacks.remove('test');
    await deploy({ Resources: { Chest: retained, Box: { Type: 'Arcade::Test::Box' } } }, 'second');
    await deploy(boxes({ Box: {} }), 'second');
    const Bad = { Type: 'Arcade::Test::Box', DependsOn: ['Chest', 'Lost'] };
    const lost = chest({ DeletionPolicy: 'RetainExceptOnCreate' });
    await expect(deploy({ Resources: { Chest: retained, Lost: lost, Bad } }, 'third')).rejects.toThrow('broken');

    expect([...chests.values()]).toEqual([
      { owner: 'account', content: 'gold' },
      { owner: 'account', content: '' },
      { owner: 'account', content: '' },
    ]);
  });
});
