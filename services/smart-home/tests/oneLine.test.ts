import { check, compile, type Network } from '@arcade/networks';
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
