import { describe, expect, it } from '@jest/globals';
import { compilePrefix, suffixTime } from '../prefix.ts';

const VALUES = {
  oldestMs: Date.parse('2030-01-31T04:05:06Z'),
  partition: { session: 's-1', room: 'a/b' },
  errorType: 'processing-failed',
  randomString: 'xyz',
};

describe('a prefix', () => {
  it.each([
    ['plain/', 'plain/'],
    ['!{timestamp:yyyy/MM/dd/HH/}', '2030/01/31/04/'],
    ["date=!{timestamp:yyyy'-'MM-dd}/at=!{timestamp:HH:mm:ss}/", 'date=2030-01-31/at=04:05:06/'],
    ['s=!{partitionKeyFromQuery:session}/!{partitionKeyFromQuery:room}/', 's=s-1/a/b/'],
    ['e/!{firehose:error-output-type}/!{firehose:random-string}', 'e/processing-failed/xyz'],
  ])('%s is %s', (text, evaluated) => {
    expect(compilePrefix(text).evaluate(VALUES)).toBe(evaluated);
  });
  it.each([
    ['!{timestamp:yyyy-ww}', "'ww'"],
    ['!{timestamp:EEEE}', "'EEEE'"],
    ['!{partitionKeyFromLambda:x}', 'partitionKeyFromLambda:x'],
    ['!{firehose:account}', 'firehose:account'],
    ['a/!{timestamp:yyyy', 'no end'],
  ])('%s is refused', (text, message) => {
    expect(() => compilePrefix(text)).toThrow(message);
  });
  it("has times in UTC in objects' names", () => {
    expect(suffixTime(VALUES.oldestMs)).toBe('2030-01-31-04-05-06');
  });
});
