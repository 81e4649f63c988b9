import type { DeviceApi } from '@arcade/events/contracts/smart-home';
import { type LocalAws, receiveAll } from '@arcade/local-aws/testkit';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { TestHome } from './aws.ts';

/** What was said in a home, or told unasked, and what came of it: as its page sees it. */
export interface Exchange {
  text: string;
  saidAtMs: number;
  directive?: { directive: { header: { messageId: string }; endpoint?: { endpointId: string } } };
  steps: {
    kind: 'direct' | 'event' | 'change';
    atMs: number;
    isLate?: boolean;
    isSuperfluous?: boolean;
    speech: string;
  }[];
  outcome?: { kind: 'answered' | 'refused' | 'unanswered' | 'misunderstood'; error?: string; tookMs?: number };
}

export interface Bulb {
  deviceId: string;
  name: string;
  api: DeviceApi;
  state: { power: string; brightness: number };
  alexa: { power?: string; brightness?: number };
}

/** The newest exchanges of a home, so many; without a number, all that are kept. */
export async function exchangesOf(home: TestHome, count?: number): Promise<Exchange[]> {
  return (await home.ask('GET', '')).body.conversation.slice(0, count);
}

/** Those that a bulb was meant by, with its kind. */
export function spoken(exchanges: readonly Exchange[], bulbs: readonly Bulb[]) {
  return exchanges.flatMap((exchange) => {
    const endpointId = exchange.directive?.directive.endpoint?.endpointId;
    const bulb = bulbs.find(({ deviceId }) => deviceId === endpointId);
    return bulb ? [{ exchange, api: bulb.api, bulb }] : [];
  });
}

/** What was given up or came too late, and what went wrong by a fault of our own, in words: nothing, as a rule. */
export async function leftBehind(aws: LocalAws, sinceSeq = 0): Promise<string[]> {
  const left: string[] = [];
  for (const url of await queuesOf(aws)) {
    if (!/-(dead-letters|dlq|late-answers)(\.fifo)?$/.test(url)) continue;
    for (const body of await receiveAll(aws, url)) left.push(`${url}: ${body}`);
  }
  for (const { outcome, action, to, error } of aws.journal(sinceSeq)) {
    if (outcome === 'error' && /AccessDenied|AuthorizationError/.test(error?.code ?? '')) {
      left.push(`${action} ${to}: ${error?.message}`);
    }
  }
  return left;
}

/** The addresses of the skill's queues. */
async function queuesOf(aws: LocalAws): Promise<string[]> {
  const sqs = new SQSClient(aws.rootClientConfig);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'smart-home-local' }));
  sqs.destroy();
  return QueueUrls;
}
