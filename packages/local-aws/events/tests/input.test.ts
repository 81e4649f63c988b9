import { describe, expect, it } from '@jest/globals';
import { inputFor } from '../input.ts';
import type { BusEvent, Rule, Target } from '../rules.ts';

const event: BusEvent = {
  version: '0',
  id: 'event-1',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '000000000000',
  time: '2030-01-01T00:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:rule'],
  detail: { player: 'ping', score: { ping: 11, pong: 9 } },
};
const rule = { name: 'serve', arn: 'arn:rule' } as Rule;
const input = (target: Partial<Target>) => inputFor({ Id: 't', Arn: 'arn', ...target }, event, rule, 1000);

describe('a target gets', () => {
  it('the whole event when it does not say otherwise', () => {
    expect(JSON.parse(input({}))).toEqual(event);
  });

  it('its constant', () => {
    expect(input({ Input: '{"serve":true}' })).toBe('{"serve":true}');
  });

  it('a part of the event', () => {
    expect(input({ InputPath: '$.detail.score' })).toBe('{"ping":11,"pong":9}');
    expect(input({ InputPath: '$.resources[0]' })).toBe('"arn:rule"');
  });

  it('its template with values as JSON on their own and as text inside quotes', () => {
    const InputTransformer = {
      InputPathsMap: { player: '$.detail.player', score: '$.detail.score', none: '$.detail.none' },
      InputTemplate:
        '{"who": <player>, "say": "<player> plays by <aws.events.rule-name>", "score": <score>, "none": "<none>", "at": <aws.events.event.ingestion-time>}',
    };

    expect(JSON.parse(input({ InputTransformer }))).toEqual({
      who: 'ping',
      say: 'ping plays by serve',
      score: { ping: 11, pong: 9 },
      none: '',
      at: '1970-01-01T00:00:01.000Z',
    });
  });

  it('nothing when its template does not give JSON', () => {
    expect(() => input({ InputTransformer: { InputTemplate: '{"who": player}' } })).toThrow(SyntaxError);
  });
});
