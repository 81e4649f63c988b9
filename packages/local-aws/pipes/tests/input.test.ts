import { describe, expect, it } from '@jest/globals';
import { isPath, parameterOf, pipeInput, unknownPipeName } from '../input.ts';

const EVENT = {
  messageId: 'm-1',
  body: { 'detail-type': 'ball', text: 'say "hi"', detail: { a: 1, b: ['x', 'y'] }, none: null },
  attributes: { SenderId: 'AIDA' },
};
const names = {
  pipeArn: 'arn:aws:pipes:eu-west-1:000000000000:pipe/p',
  pipeName: 'p',
  sourceArn: 'arn:source',
  targetArn: 'arn:target',
  receivedMs: Date.parse('2030-01-01T00:00:00Z'),
};

describe('the input of a pipe’s target', () => {
  it.each<[string, string, string]>([
    ['a text', 'Hello, sender', 'Hello, sender'],
    ['the text at a path', '<$.attributes.SenderId>', 'AIDA'],
    ['the object at a path, as JSON', ' <$.body.detail> ', '{"a":1,"b":["x","y"]}'],
    ['nothing where a path finds nothing', '<$.body.missing>', ''],
    ['a text with a path in it', 'Hello, <$.attributes.SenderId>', 'Hello, "AIDA"'],
    ['a quoted text with a path in it', '"Hello, <$.attributes.SenderId>"', '"Hello, AIDA"'],
    ['quotes lost of an object in quotes', '{"a":"<$.body.detail>"}', '{"a":"{a:1,b:[x,y]}"}'],
    ['a name with a dash', '{"type":<$.body.detail-type>}', '{"type":"ball"}'],
    ['an element of a list', '{"b":<$.body.detail.b[1]>,"c":<$.body.detail.a>}', '{"b":"y","c":1}'],
    ['a text that is escaped as JSON on its own', '{"t":<$.body.text>}', '{"t":"say \\"hi\\""}'],
    [
      'what is known of the pipe',
      '[<aws.pipes.pipe-arn>,<aws.pipes.pipe-name>,<aws.pipes.source-arn>,<aws.pipes.target-arn>,<aws.pipes.event.ingestion-time>]',
      '["arn:aws:pipes:eu-west-1:000000000000:pipe/p","p","arn:source","arn:target","2030-01-01T00:00:00.000Z"]',
    ],
    ['the event itself', '{"event":<aws.pipes.event.json>}', `{"event":${JSON.stringify(EVENT)}}`],
  ])('is %s', (_what, template, expected) => {
    expect(pipeInput(template, EVENT, names)).toBe(expected);
  });

  it('is known to be impossible before there is an event', () => {
    expect(unknownPipeName('{"a":<$.body.x>,"b":<aws.pipes.pipe-name>}')).toBeUndefined();
    expect(unknownPipeName('<aws.pipes.owner>')).toBe('aws.pipes.owner');
    expect(unknownPipeName('<$.body[*].x>')).toBe('$.body[*].x');
  });
});

describe('a parameter of a pipe’s target', () => {
  it.each<[string, string | undefined]>([
    ['fixed', 'fixed'],
    ['$.body.detail-type', 'ball'],
    ['$.body.detail.a', '1'],
    ['$.body.missing', undefined],
    ['$.body.none', undefined],
    ['costs $.50 or $.a b', 'costs $.50 or $.a b'],
  ])('%s becomes %s', (text, expected) => {
    expect(parameterOf(text, EVENT)).toBe(expected);
  });

  it('is a path as a whole or not at all', () => {
    expect(isPath('$.body.a[0].b-c')).toBe(true);
    expect(isPath('x $.body')).toBe(false);
  });
});
