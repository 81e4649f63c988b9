import { describe, expect, it } from '@jest/globals';
import { Allowed } from '../mutants/allowed.ts';
import { comparesTemplate, isBeyondBehaviour, type Mutant } from '../mutants/serviceMutants.ts';
import { applyEdit, mutantsOf } from '../mutants/sourceMutants.ts';
import { applyTemplateEdit, templateMutantsOf } from '../mutants/templateMutants.ts';

/** What a source becomes, one text for each of its mutants. */
const mutated = (source: string) => mutantsOf(source).map((edit) => applyEdit(source, edit));

describe('the mutants of a source', () => {
  it.each<[string, string, string[]]>([
    ['a comparison', 'x = a < b', ['x = a <= b', 'x = a >= b', ';']],
    ['arithmetic', 'f(a + 1);', ['f(a - 1);', 'f(a + 2);', ';']],
    ['each condition', 'f(a && b && c);', ['f((a) && c);', 'f((b) && c);', 'f((a && b));', ';']],
    ['a choice', 'f(a ? b : c);', ['f(true ? b : c);', 'f(false ? b : c);', ';']],
    ['constants', "f(true, 'é');", ["f(false, 'é');", "f(true, '');", ';']],
    [
      'what is left out',
      'f({ a, ...b }, [c]);',
      ['f({  ...b }, [c]);', 'f({ a,  }, [c]);', 'f({ a, ...b }, []);', ';'],
    ],
    ['methods', 'f(a.some(g), b.filter(h));', ['f(a.every(g), b.filter(h));', 'f(a.some(g), b);', ';']],
    ['what may be missing', 'f(a?.b.c, d?.[e]);', ['f(a.b.c, d?.[e]);', 'f(a?.b.c, d[e]);', ';']],
    ['a guard', 'if (a) throw b;', ['if (true) throw b;', 'if (false) throw b;', 'if (a) ;']],
  ])('change %s', (_what, source, expected) => {
    expect(mutated(source).sort()).toEqual([...expected].sort());
  });

  it('leave types, imports and names alone', () => {
    const source = `import { a } from './a.ts'; interface B { c: 'd' | 1 } export const f = (g: 'h'): B => g as 'h' as never;`;

    expect(mutated(source)).toEqual([]);
  });

  it('count positions in bytes, whatever stands before', () => {
    expect(mutated('/* ö𝒳 */ f(1);')).toEqual(['/* ö𝒳 */ ;', '/* ö𝒳 */ f(2);']);
  });
});

describe('the mutants of a template', () => {
  const template = {
    Resources: {
      Role: {
        Properties: {
          Statement: [
            { Action: ['a:B', 'a:C'], Resource: 'one' },
            { Action: 'a:D', Resource: '*', Condition: {} },
            { Effect: 'Deny', Action: 'a:E', Resource: 'one' },
          ],
        },
      },
      Mapping: { Properties: { FilterCriteria: { one: 1, two: 2 }, MaximumRetryAttempts: 2 } },
    },
  };

  it('leave out statements, actions, conditions and filters one at a time, widen what is allowed, and raise limits', () => {
    const at = templateMutantsOf(template).map(({ path, value }) => [path.slice(3).join('.'), value]);

    expect(at).toEqual([
      ['Statement.0', undefined],
      ['Statement.0.Action.0', undefined],
      ['Statement.0.Action.1', undefined],
      ['Statement.0.Resource', '*'],
      ['Statement.0.Action', 'a:*'],
      ['Statement.1', undefined],
      ['Statement.1.Action', 'a:*'],
      ['Statement.2', undefined],
      ['Statement.1.Condition', undefined],
      ['FilterCriteria', undefined],
      ['FilterCriteria.one', undefined],
      ['FilterCriteria.two', undefined],
      ['MaximumRetryAttempts', 3],
    ]);
  });

  it('change one thing, where it stands', () => {
    const [, edit] = templateMutantsOf(template);
    const changed = structuredClone(template);
    if (edit) applyTemplateEdit(changed, edit);

    expect(changed.Resources.Role.Properties.Statement[0]).toEqual({ Action: ['a:C'], Resource: 'one' });
    expect(changed.Resources.Mapping).toEqual(template.Resources.Mapping);
  });
});

describe('by behaviour', () => {
  it('a template is judged without the comparison with grants.txt', () => {
    const asked = ['roles', 'template'].map((name) => {
      return { path: `/mafia/tests/${name}.integration.test.ts`, ms: 1, loaded: new Set<string>() };
    });

    expect(asked.map(comparesTemplate)).toEqual([false, true]);
  });

  it.each<[string, string, boolean]>([
    ['Role', '["dynamodb:PutItem"]', false],
    ['Role', '["xray:PutTraceSegments"]', true],
    ['Role', '["logs:CreateLogStream"]', true],
    ['Role', '[{"Fn::Sub":"arn:aws:logs:eu-west-1:000000000000:log-group:/aws/lambda/a:*"}]', true],
    ['DeadLetterQueuePolicy', '{"Fn::GetAtt":["DeadLetterQueue","Arn"]}', false],
    ['ServerlessDeploymentBucketPolicy', '"s3:*"', true],
  ])('of %s, %s is beyond it: %s', (where, was, isBeyond) => {
    const mutant: Mutant = { part: 'template', where, was, becomes: 'left out', change: { template: { path: [] } } };

    expect(isBeyondBehaviour(mutant)).toBe(isBeyond);
  });
});

it('a mutant is allowed to live for a reason only', () => {
  const mutant = { where: 'domain/a.ts', was: 'a < b', becomes: 'a <= b' };

  expect(() => new Allowed([{ reason: '', mutants: [mutant] }])).toThrow(/reason is missing.*domain\/a.ts/);
  expect(new Allowed([{ reason: 'They are never the same.', mutants: [mutant] }]).has({ ...mutant })).toBe(true);
});
