import { LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';

/** An event as it is on a bus. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 without fractions of a second. */
  time: string;
  region: string;
  /** Of an event that comes again out of an archive. */
  'replay-name'?: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** What is told of an event that begins here. */
export interface NewEvent {
  id: string;
  source: string;
  detailType: string;
  timeMs: number;
  resources?: readonly string[];
  detail: Record<string, unknown>;
}

/** An event of this account, its members in AWS's order. docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function newBusEvent({ id, source, detailType, timeMs, resources = [], detail }: NewEvent): BusEvent {
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: LOCAL_ACCOUNT,
    time: new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: LOCAL_REGION,
    resources: [...resources],
    detail,
  };
}
