import { readFileSync } from 'node:fs';
import { check, compile, type Network, overlay } from '@arcade/networks';
import { draw } from '@arcade/networks/draw';
import { describe, expect, it } from '@jest/globals';
import { oneLine } from '../drawings.ts';

const compiled = (network: Network) => compile(network, { service: 'smart-home', stage: 'dev' });
const { before, after } = oneLine;

describe('one line more in a pattern, a queue between two functions', () => {
  it('shows in the drawing by itself', async () => {
    const [old, now] = [await draw(before), await draw(after)];

    expect(old.svg + old.mermaid).not.toMatch(/n_reports|>reports</);
    expect(now.svg).toContain('>reports</text>');
    expect(now.mermaid).toContain('n_changed ==> n_reports');
    expect(now.mermaid).toContain('n_reports ==> n_dispatcher');
  });

  it('shows in the template: the queue, its dead letters and the alarm on them, and nothing else', () => {
    const [old, now] = [before, after].map((network) => Object.keys(compiled(network).resources.Resources));

    expect(now?.filter((id) => !old?.includes(id))).toEqual([
      'ReportsDeadLetterAlarm',
      'ReportsDeadLetterQueue',
      'ReportsQueue',
    ]);
  });

  it('shows in the two roles and in no other', () => {
    const [old, now] = [compiled(before).functions, compiled(after).functions];
    const changed = Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(old[name]));
    const arn = { 'Fn::GetAtt': ['ReportsQueue', 'Arn'] };

    expect(changed).toEqual(['changed', 'dispatcher']);
    expect(now.changed?.iamRoleStatements).toContainEqual({
      Effect: 'Allow',
      Action: ['sqs:SendMessage'],
      Resource: arn,
    });
    expect(now.changed?.environment).toHaveProperty('REPORTS_QUEUE_URL', { Ref: 'ReportsQueue' });
    expect(now.dispatcher?.events).toContainEqual({ sqs: { arn, functionResponseType: 'ReportBatchItemFailures' } });
  });

  it('has nothing that check would find', () => {
    expect(check(after)).toEqual([]);
  });
});

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** A text after a diff was applied to it, whose hunks say no line numbers. Throws an Error where a hunk fits nowhere, or in two places. */
const patched = (text: string, diff: string): string =>
  diff.split('@@\n').reduce((before, hunk) => {
    const lines = hunk.trimEnd().split('\n');
    const side = (sign: string) =>
      lines.flatMap((line) => (line.startsWith(' ') || line.startsWith(sign) ? [line.slice(1)] : [])).join('\n');
    const parts = before.split(side('-'));
    if (parts.length !== 2) throw new Error(`the pattern has ${parts.length - 1} times:\n${side('-')}`);
    return parts.join(side('+'));
  }, text);

it('is what README.md prints, imports and all: the pattern, changed as it says, makes that network', async () => {
  const [, diff = ''] = /```diff\n(.*?)```/s.exec(textOf('../README.md')) ?? [];
  const source = patched(textOf('../patterns/pushGateway.ts'), diff);
  const [modules, named] = [await modulesOf(source), /^import \{ (.+) \} from '(.+)';$/gm];
  const imports = [...source.matchAll(named)].flatMap(([, names = '', from = '']) =>
    names.split(', ').map((name) => [name, modules[from]?.[name]] as const),
  );
  const body = source.replaceAll(named, '').replace('export const pushGateway =', 'return');
  // All that it does not import is unknown to it.
  const pattern: Network = new Function(...imports.map(([name]) => name), `'use strict';${body}`)(
    ...imports.map(([, value]) => value),
  );

  expect(imports.filter(([, value]) => value === undefined)).toEqual([]);
  expect(compiled(overlay(before, pattern))).toEqual(compiled(after));
});

/** The modules that a source imports, by what it calls them. */
async function modulesOf(source: string): Promise<Record<string, Record<string, unknown>>> {
  const all = [...source.matchAll(/ from '(.+)';/g)].map(async ([, from = '']) => [
    from,
    await import(from.replace('./', '../patterns/')),
  ]);
  return Object.fromEntries(await Promise.all(all));
}
