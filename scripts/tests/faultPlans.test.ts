import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { faultPlanSchema } from '../../packages/local-aws/core/faults.ts';
import { glob } from '../../packages/local-aws/core/glob.ts';
import { planFile, planNames } from '../faultPlans.ts';
import { findServices } from '../workspace.ts';

const plan = faultPlanSchema.parse(parse(readFileSync(planFile('demo'), 'utf8')));
const ofFunctions = plan.rules.filter(({ match }) => match.service === 'lambda');

/** The ARNs of all functions there are, by their handlers' files, and which of them an API, or who signs in, waits for. */
const functions = findServices().flatMap(({ name, folder }) =>
  globSync('handlers/*.ts', { cwd: folder }).map((file) => {
    const key = basename(file, '.ts');
    const kebab = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return { arn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}-local-${kebab}`, key, folder };
  }),
);

/** What a function says of itself in its template, roughly: the lines under its key. */
const definitionOf = ({ key, folder }: { key: string; folder: string }) => {
  const text = readFileSync(join(folder, 'serverless.yml'), 'utf8');
  return new RegExp(`^  ${key}:\n((?:    .*\n|\n)*)`, 'm').exec(text)?.[1] ?? '';
};

describe('the bad day', () => {
  it('strikes functions that there are', () => {
    const idle = ofFunctions.filter(({ match }) => !functions.some(({ arn }) => glob(match.target ?? '')(arn)));

    expect(ofFunctions.length).toBeGreaterThan(0);
    expect(idle).toEqual([]);
  });

  it('never strikes a function that a page waits for', () => {
    const struck = functions.filter(({ arn }) => ofFunctions.some(({ match }) => glob(match.target ?? '')(arn)));
    const waitedFor = struck.filter((one) =>
      /^ +(- |events: \[\{ )(http|httpApi|websocket|cognitoUserPool)\b/m.test(definitionOf(one)),
    );

    expect(waitedFor.map(({ arn }) => arn)).toEqual([]);
  });

  it('has each kind of fault', () => {
    const kinds = new Set(plan.rules.flatMap(({ match: _match, ...faults }) => Object.keys(faults)));

    expect([...kinds].sort()).toEqual(['crashAfter', 'crashBefore', 'delay', 'duplicate', 'reorder', 'throttle']);
  });
});

describe('a fault plan', () => {
  it('is found by its name, or is a file', () => {
    expect(planNames()).toContain('demo');
    expect(planFile('package.json')).toBe('package.json');
  });

  it('that there is not is refused with the names of those that there are', () => {
    expect(() => planFile('dmeo')).toThrow("--faults: there is no file 'dmeo', and no plan of that name: demo");
  });
});
