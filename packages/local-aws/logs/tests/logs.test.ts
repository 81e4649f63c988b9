import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../core/clock.ts';
import type { CallContext } from '../../core/service.ts';
import { fileNameOf } from '../files.ts';
import { createLogs, type Logs } from '../logs.ts';

const GROUP = '/aws/lambda/ping';
const line = (message: string, timestampMs = 1000) => ({ timestampMs, message });

let logs: Logs;
const call = async (operation: string, input: object) =>
  (await logs.operations?.[operation]?.(input, {} as CallContext).run()) as Record<string, unknown>;

describe('logs in memory', () => {
  beforeEach(() => {
    logs = createLogs({ clock: createVirtualClock(), stateFolder: undefined });
  });

  it('can be read by stream, by time and by words', async () => {
    logs.write(GROUP, 'one', [line('served ace', 1000), line('missed', 2000)]);
    logs.write(GROUP, 'two', [line('served', 3000)]);

    const messages = async (operation: string, input: object) => {
      const { events } = await call(operation, { logGroupName: GROUP, ...input });
      return (events as { message: string }[]).map(({ message }) => message);
    };
    expect(await messages('GetLogEvents', { logStreamName: 'one' })).toEqual(['served ace', 'missed']);
    expect(await messages('GetLogEvents', { logStreamName: 'one', limit: 1 })).toEqual(['missed']);
    expect(await messages('GetLogEvents', { logStreamName: 'one', limit: 1, startFromHead: true })).toEqual([
      'served ace',
    ]);
    expect(await messages('FilterLogEvents', { filterPattern: 'served' })).toEqual(['served ace', 'served']);
    expect(await messages('FilterLogEvents', { filterPattern: '"served ace"' })).toEqual(['served ace']);
    expect(await messages('FilterLogEvents', { startTime: 2000, endTime: 3000 })).toEqual(['missed']);
  });

  it('can be written by a client, to a stream that it has made', async () => {
    logs.write(GROUP, 'one', [line('x')]);
    const put = () =>
      call('PutLogEvents', {
        logGroupName: GROUP,
        logStreamName: 'mine',
        logEvents: [{ timestamp: 5, message: 'from outside' }],
      });

    await expect(put()).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await call('CreateLogStream', { logGroupName: GROUP, logStreamName: 'mine' });
    await put();

    expect(logs.lines(GROUP)).toEqual(['x', 'from outside']);
    expect(await call('DescribeLogStreams', { logGroupName: GROUP })).toMatchObject({
      logStreams: [{ logStreamName: 'one' }, { logStreamName: 'mine', lastEventTimestamp: 5 }],
    });
  });

  it('take a megabyte at a time from a client', async () => {
    logs.write(GROUP, 'one', [line('x')]);
    await call('CreateLogStream', { logGroupName: GROUP, logStreamName: 'mine' });
    const put = (bytes: number) =>
      call('PutLogEvents', {
        logGroupName: GROUP,
        logStreamName: 'mine',
        logEvents: [1, 2].map((timestamp) => ({ timestamp, message: 'x'.repeat(bytes / 2 - 26) })),
      });

    await put(1_048_576);
    await expect(put(1_048_578)).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: 'Upload too large: 1048578 bytes exceeds limit of 1048576',
    });
  });

  it('keep the latest lines only', () => {
    for (let stroke = 0; stroke < 20_000; stroke += 1) logs.write(GROUP, 'one', [line(`stroke ${stroke}`)]);

    expect(logs.lines(GROUP).length).toBeLessThanOrEqual(6000);
    expect(logs.lines(GROUP).at(-1)).toBe('stroke 19999');
  });

  it('keep fewer of very long lines', () => {
    const long = 'x'.repeat(3_000_000);
    logs.write(GROUP, 'one', [line('first')]);
    for (let count = 1; count <= 7; count += 1) logs.write(GROUP, 'one', [line(`${count}${long}`)]);

    expect(logs.lines(GROUP).map((text) => text[0])).toEqual(['3', '4', '5', '6', '7']);
  });

  it('know the groups of templates before anything is written', async () => {
    const [type] = logs.resources;
    const properties = type?.properties.parse({ LogGroupName: GROUP, RetentionInDays: 14 });
    const context = { stackName: 's', logicalId: 'Group', generateName: () => 's-Group' };

    expect(await type?.create(properties, context)).toMatchObject({
      physicalId: GROUP,
      attributes: { Arn: 'arn:aws:logs:eu-west-1:000000000000:log-group:/aws/lambda/ping:*' },
    });
    expect(await call('DescribeLogGroups', { logGroupNamePrefix: '/aws' })).toMatchObject({
      logGroups: [{ logGroupName: GROUP }],
    });
  });

  it('refuse what they do not do, by name', async () => {
    logs.write(GROUP, 'one', [line('x')]);

    await expect(call('GetLogEvents', { logGroupName: 'none', logStreamName: 'x' })).rejects.toThrow('does not exist');
    await expect(call('FilterLogEvents', { logGroupName: GROUP, filterPattern: '{ $.a = 1 }' })).rejects.toThrow(
      /\$\.a = 1/,
    );
    await expect(call('DescribeLogStreams', { logGroupName: GROUP, orderBy: 'LastEventTime' })).rejects.toThrow(
      'orderBy',
    );
    expect(() => logs.resources[0]?.properties.parse({ KmsKeyId: 'key' })).toThrow('KmsKeyId');
  });
});

describe('log files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-aws-logs-'));
    logs = createLogs({ clock: createVirtualClock(), stateFolder: folder });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('have a function’s lines, one file each', async () => {
    logs.write(GROUP, 'one', [line('served')]);
    logs.write('/aws/lambda/pong', 'one', [line('returned')]);
    logs.write(GROUP, 'two', [line('missed')]);
    await logs.close?.();

    expect(await readFile(join(folder, 'logs', 'ping.log'), 'utf8')).toBe('served\nmissed\n');
    expect(await readFile(join(folder, 'logs', 'pong.log'), 'utf8')).toBe('returned\n');
  });

  it('make way for a new one when they are large', async () => {
    const long = line('x'.repeat(1024 * 1024));
    for (let round = 0; round < 6; round += 1) {
      logs.write(GROUP, 'one', [long]);
      await logs.close?.();
    }
    logs.write(GROUP, 'one', [line('the newest')]);
    await logs.close?.();

    expect((await stat(join(folder, 'logs', 'ping.log.1'))).size).toBeGreaterThan(5_000_000);
    const current = await readFile(join(folder, 'logs', 'ping.log'), 'utf8');
    expect(current.length).toBeLessThan(2_000_000);
    expect(current.endsWith('\nthe newest\n')).toBe(true);
  });

  it('leave the newest out where more comes than is written', async () => {
    const long = 'x'.repeat(1024 * 1024);
    logs.write(GROUP, 'one', [line(`1${long}`), line(`2${long}`)]);
    logs.write(GROUP, 'one', [line(`3${long}`), line(`4${long}`), line('5')]);
    await logs.close?.();

    const lines = (await readFile(join(folder, 'logs', 'ping.log'), 'utf8')).split('\n');
    expect(lines.map((text) => text[0])).toEqual(['1', '2', '3', undefined]);
    expect(logs.lines(GROUP)).toHaveLength(5);
  });

  it.each([
    ['/aws/lambda/ping', 'ping.log'],
    ['/aws/events/all', 'aws-events-all.log'],
    ['/aws/lambda/../../etc/passwd', 'etc-passwd.log'],
    ['..', 'log.log'],
  ])('%s is %s', (group, file) => {
    expect(fileNameOf(group)).toBe(file);
  });
});
