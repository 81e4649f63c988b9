import { describe, expect, it } from '@jest/globals';
import type { BusEvent } from '../busEvent.ts';
import { inputFor } from '../input.ts';
import type { Rule, Target } from '../rules.ts';

const event: BusEvent = {
  version: '0',
  id: 'event-1',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '000000000000',
  time: '2030-01-01T00:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:rule'],
  detail: { player: 'ping', score: { ping: 11, pong: 9 }, won: 3 },
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

  const details = {
    person: '$.detail.player',
    score: '$.detail.score',
    resources: '$.resources',
    won: '$.detail.won',
    none: '$.detail.none',
    inherited: '$.detail.constructor',
  };
  const templated = (InputTemplate: string) => input({ InputTransformer: { InputPathsMap: details, InputTemplate } });

  // As recorded from AWS.
  it.each([
    ['a string with its quotes', '"<person> plays"', '"ping plays"'],
    ['an object in a string without quotes', '"it is <score>"', '"it is {ping:11,pong:9}"'],
    ['a list in a string without quotes', '"of <resources>"', '"of [arn:rule]"'],
    ['nothing in a string for what is missing', '"so <none>, <inherited>"', '"so , "'],
    ['a text in quotes of JSON', '{"say":"<person> by <aws.events.rule-name>"}', '{"say":"ping by serve"}'],
    ['a number in quotes as text', '{"say":"<won>"}', '{"say":"3"}'],
    [
      'an object whole in JSON',
      '{"score":<score>,"on":<resources>}',
      '{"score":{"ping":11,"pong":9},"on":["arn:rule"]}',
    ],
    ['an empty text in JSON for what is missing', '{"none":<none>}', '{"none":""}'],
    ['the whole event', '<aws.events.event.json>', JSON.stringify(event)],
    [
      'the event without its detail',
      '{"of":<aws.events.event>}',
      '{"of":{"id":"event-1","account":"000000000000","detailType":"Scheduled Event","time":"2030-01-01T00:00:00Z",' +
        '"source":"aws.events","region":"eu-west-1","resources":["arn:rule"],"version":"0"}}',
    ],
  ])('from a template %s', (_title, template, expected) => {
    expect(templated(template)).toBe(expected);
  });

  it.each(['{"say":"it is <score>"}', '{"say":"of <resources>"}', '{"say":"<aws.events.event>"}'])(
    'nothing when an object or a list stands in quotes: %s',
    (template) => {
      expect(() => templated(template)).toThrow(SyntaxError);
    },
  );

  it('nothing when its template does not give JSON', () => {
    expect(() => input({ InputTransformer: { InputTemplate: '{"who": player}' } })).toThrow(SyntaxError);
  });
});
