import { z } from 'zod';
import { nameFromArn } from '../core/arn.ts';
import { checkedOperations } from '../core/checkedOperation.ts';
import type { Core } from '../core/cloud.ts';
import type { Permission } from '../core/service.ts';
import { invalid, invalidArgument } from './errors.ts';
import { streamArn } from './stream.ts';
import type { Streams } from './streams.ts';

/** What the operations of Kinesis work on. */
export interface KinesisState {
  core: Core;
  streams: Streams;
}

/** Makes an operation of Kinesis: its input is checked, and refused in Kinesis's own words. */
export const kinesisOperation = checkedOperations('kinesis', (path, reason, missing) => {
  const member = path.charAt(0).toLowerCase() + path.slice(1);
  return invalid(
    `1 validation error detected: Value${missing ? ' null' : ''} at '${member}' failed to satisfy constraint: ${missing ? 'Member must not be null' : reason}`,
  );
});

/** How calls name a stream: by name, by ARN, or by both. */
export const streamInput = { StreamName: z.string().min(1).max(128).optional(), StreamARN: z.string().optional() };
export type StreamInput = { StreamName?: string | undefined; StreamARN?: string | undefined };

/** The name of the stream that a call is about. Throws AwsError when it says none. */
export function nameIn({ StreamName, StreamARN }: StreamInput): string {
  const named = StreamARN === undefined ? StreamName : nameFromArn(StreamARN);
  if (named === undefined) throw invalidArgument('Either StreamName or StreamARN should be provided.');
  if (StreamARN !== undefined && (streamArn(named) !== StreamARN || (StreamName ?? named) !== named))
    throw invalidArgument(`StreamARN ${StreamARN} is not valid for this stream.`);
  return named;
}

/** The permission for `action` on a stream by its name. */
export function onStream(action: string, name: string): Permission[] {
  return [{ action: `kinesis:${action}`, resource: streamArn(name) }];
}
