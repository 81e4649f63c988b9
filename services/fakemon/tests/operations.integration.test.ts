import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Game, startGame } from './aws.ts';

const MINUTE_MS = 60_000;
/** The param fakemonPerMinute. */
const PER_MINUTE = 8;

let game: Game;
beforeAll(async () => {
  game = await startGame();
}, PATIENCE_MS);
afterAll(() => game.stop());

/** What was said on the bus of this type, by the rule that writes all of it down. */
const said = (type: string) =>
  game.aws.cloud.logs
    .lines('/aws/events/fakemon-local')
    .map((line) => JSON.parse(line) as { 'detail-type': string; detail: { detail: Record<string, unknown> } })
    .filter((event) => event['detail-type'] === type)
    .map(({ detail }) => detail.detail);

describe('the schedule', () => {
  it('fills the world for the minute to come, each minute', async () => {
    await game.aws.advance(1000);
    const first = await game.itemsOf('world');
    await game.aws.advance(2 * MINUTE_MS);
    const later = await game.itemsOf('world');

    expect(first).toHaveLength(PER_MINUTE);
    expect(later).toHaveLength(3 * PER_MINUTE);
    const fired = game.aws.journal().filter(({ kind, service }) => kind === 'schedule' && service === 'scheduler');
    expect(fired).toHaveLength(3);
  });
});

describe('an alarm of the game', () => {
  it('that goes off is an event for those who operate it, and those of others are not', async () => {
    const client = new CloudWatchClient(game.aws.rootClientConfig);
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}));
    const dead = MetricAlarms.find(({ AlarmName = '' }) => AlarmName.includes('DeadLetterQueue'));

    await client.send(
      new SetAlarmStateCommand({ AlarmName: dead?.AlarmName, StateValue: 'ALARM', StateReason: 'a letter is there' }),
    );
    await game.aws.idle();

    expect(dead?.AlarmName).toMatch(/^fakemon-local-/);
    expect(said('fakemon.alarm_changed')).toEqual([
      { alarm: dead?.AlarmName, state: 'ALARM', previousState: 'INSUFFICIENT_DATA', reason: 'a letter is there' },
    ]);
    client.destroy();
  });
});
