import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { FrameError } from '../errors.ts';
import type { Template } from '../template.ts';
import { checkVariables, settingsOf } from '../variables.ts';

const variables = {
  TABLE: z.string(),
  LIMIT: z.coerce.number().int().min(1),
  MOST: z.coerce.number().int(),
  RATE: z.coerce.number().max(1),
};
const limits = z
  .object({ LIMIT: variables.LIMIT, MOST: variables.MOST })
  .refine(({ LIMIT, MOST }) => LIMIT <= MOST, 'limit must be at most most');
const settings = { variables, together: [limits] };

const templateWith = (...functions: Record<string, unknown>[]): Template => ({
  Resources: Object.fromEntries(
    functions.map((Variables, at) => [
      `F${at}`,
      { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } },
    ]),
  ),
});

describe('the variables of a template', () => {
  it('may be right, filled in by CloudFormation, or of no interest to the settings', () => {
    const template = templateWith({ TABLE: { Ref: 'Table' }, LIMIT: '3' }, { LIMIT: 1, LOG_LEVEL: '' }, {});

    expect(() => checkVariables(template, settings)).not.toThrow();
  });

  it('are refused by name and value, each once', () => {
    const check = () => checkVariables(templateWith({ LIMIT: '0' }, { LIMIT: '0', RATE: 'many' }), settings);

    expect(check).toThrow(FrameError);
    expect(check).toThrow(
      /^the environment variable LIMIT is '0': Too small: expected number to be >=1; the environment variable RATE is 'many': .*expected number.* \(settings\.ts; /,
    );
  });

  it('are refused when those of one function do not fit together, in one sentence', () => {
    const check = () => checkVariables(templateWith({ LIMIT: '9', MOST: 8 }), settings);

    expect(check).toThrow(
      /^the environment variable LIMIT is '9' and MOST '8': limit must be at most most \(settings\.ts; /,
    );
    expect(() => checkVariables(templateWith({ LIMIT: '9' }, { MOST: '8' }), settings)).not.toThrow();
  });

  it('are refused when a param that they need is empty', () => {
    expect(() => checkVariables(templateWith({ TABLE: '' }), settings)).toThrow('TABLE is not set');
  });
});

it('takes settings from a service that has some', async () => {
  const services = join(import.meta.dirname, '../../../services');

  expect((await settingsOf(join(services, 'ping-pong')))?.variables).toHaveProperty('MAX_RALLIES_PER_SERVE');
  expect(await settingsOf(import.meta.dirname)).toBeUndefined();
});
