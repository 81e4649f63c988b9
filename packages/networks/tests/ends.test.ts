import { describe, expect, it } from '@jest/globals';
import { screaming } from '../core/names.ts';
import { type Ends, endsOf } from '../ends.ts';
import {
  bus,
  compile,
  external,
  func,
  http,
  key,
  open,
  overlay,
  queue,
  rename,
  secret,
  stream,
  table,
  themed,
  timer,
  topic,
  websocket,
} from '../index.ts';

const [checkout, pack] = [func('checkout'), func('pack')];
const [live, api, reminders] = [websocket('live'), http('shopApi'), timer('reminders')];
const route = { method: 'POST', path: '/orders' };

/** All that a function can do, and be told a name, an address or an ARN for. */
const shop = overlay(
  themed('front', checkout.sends(queue('orders')), checkout.sends(queue('lateOrdersQueue')), checkout.calls(live)),
  overlay(checkout.publishes(topic('news')), checkout.publishes(bus('events')), checkout.writes(stream('clicks'))),
  overlay(
    checkout.reads(table('parcels', { partitionKey: 'id' })),
    checkout.calls(pack),
    checkout.calls(external('vendor')),
  ),
  overlay(
    checkout.reads(secret('push')),
    checkout.writes(key('grantKey')),
    checkout.calls(api),
    checkout.writes(reminders),
  ),
  overlay(api.triggers(pack, route), live.triggers(pack, { route: '$default' }), reminders.triggers(pack)),
  pack.writes(open.table('parcels'), { action: ['PutItem', 'DeleteItem'] }),
);

/** The compiler refuses this list where a name is missing, and where one is too many. */
const endsOfCheckout: Readonly<Record<keyof Ends<typeof shop, 'checkout'>, true>> = {
  ordersQueueUrl: true,
  lateOrdersQueueUrl: true,
  liveWebsocketUrl: true,
  newsTopicArn: true,
  eventsBusName: true,
  clicksStreamName: true,
  parcelsTableName: true,
  packFunctionName: true,
  vendorUrl: true,
  pushSecretName: true,
  grantKeyArn: true,
  shopApiUrl: true,
  remindersTimerGroupName: true,
  remindersTimerRoleArn: true,
  remindersTimerTargetArn: true,
};

/** Names by the type, which nothing at run time says. */
export const typed = {
  // @ts-expect-error pack does not send to orders
  pack: (ends: Ends<typeof shop, 'pack'>) => ends.ordersQueueUrl,
  packed: (ends: Ends<typeof shop, 'pack'>) => ends.parcelsTableName,
  // @ts-expect-error there is no such function
  unpack: () => endsOf<typeof shop, 'unpack'>(),
  // @ts-expect-error it has another name there
  renamed: (ends: Ends<ReturnType<typeof phone>, 'phone'>) => ends.ordersQueueUrl,
  renamedToo: (ends: Ends<ReturnType<typeof phone>, 'phone'>) => ends.callsQueueUrl,
};

const phone = () => rename(checkout.sends(queue('orders')), { checkout: 'phone', orders: 'calls' });

describe('the ends of a function', () => {
  it('are by type what compile gives as variables, for each kind of node', () => {
    const { environment } = compile(shop, { service: 'shop', stage: 'dev' }).functions.checkout ?? {};

    expect(Object.keys(endsOfCheckout).map(screaming).sort()).toEqual(Object.keys(environment ?? {}));
  });

  it('are read from the environment, and one that is missing is named', () => {
    const ends = endsOf<typeof shop, 'checkout'>({ ORDERS_QUEUE_URL: 'https://orders', NEWS_TOPIC_ARN: '' });

    expect(ends.ordersQueueUrl).toBe('https://orders');
    expect(['ordersQueueUrl', 'newsTopicArn'].map((end) => end in ends)).toEqual([true, false]);
    expect(() => ends.newsTopicArn).toThrow('The environment variable NEWS_TOPIC_ARN is not set');
  });

  it('go by the new names where a pattern is renamed', () => {
    const { environment } = compile(phone(), { service: 'shop', stage: 'dev' }).functions.phone ?? {};

    expect(Object.keys(environment ?? {})).toEqual(['CALLS_QUEUE_URL']);
  });
});
