import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { compilePattern } from '../pattern.ts';

// What AWS answered to patterns that it refused, as its answers were recorded: the reason, then the column of the place.

const REFUSED: [pattern: string, reason: string, column?: number | [number, 'twice']][] = [
  ['{"int": 42}', '"int" must be an object or an array', 11],
  ['{"string": "my-value"}', '"string" must be an object or an array', 13],
  ['{"resources": []}', 'Empty arrays are not allowed', 17],
  ['["not", "a", "dict", "but valid json"]', 'Filter is not an object', 2],
  ['{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}', 'Unrecognized match type NUMERIC', 36],
  ['{"my_key": [{"EXISTS": true}]}', 'Unrecognized match type EXISTS', 28],
  ['{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}', 'Bad numeric range operator: >', 49],
  ['{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}', 'Value of < must be numeric', 50],
  ['{"detail-type": [{"equals-ignore-case": ["a"]}]}', 'equals-ignore-case match pattern must be a string', 42],
  [
    '{"detail-type": [{"equals-ignore-case": {"prefix": "ec2"}}]}',
    'equals-ignore-case match pattern must be a string',
    42,
  ],
  ['{"time": [{"prefix": ["2022-07-13"]}]}', 'prefix match pattern must be a string', 23],
  ['{"time": [{"prefix": 123}]}', 'prefix match pattern must be a string', 25],
  ['{"FileName": [{"suffix": 123}]}', 'suffix match pattern must be a string', 29],
  ['{"FileName": [{"suffix": [".png"]}]}', 'suffix match pattern must be a string', 27],
  ['{"EventBusArn": [{"wildcard": 123}]}', 'wildcard match pattern must be a string', 34],
  ['{"EventBusArn": [{"wildcard": ["a**"]}]}', 'wildcard match pattern must be a string', 32],
  [
    '{"EventBusArn": [{"wildcard": "arn:aws:events:us-east-1:**:event-bus/*"}]}',
    'Consecutive wildcard characters at pos 26',
    72,
  ],
  [
    '{"EventBusArn": [{"wildcard": "*:*:*:*:*:event-bus/*"}]}',
    'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
  ],
  ['{"detail": {"state": [{"anything-but": {"prefix": 123}}]}}', 'prefix/suffix match pattern must be a string', 54],
  [
    '{"detail": {"state": [{"anything-but": {"prefix": [123, "test"]}}]}}',
    'prefix/suffix match pattern must be a string',
    [55, 'twice'],
  ],
  ['{"detail": {"FileName": [{"anything-but": {"suffix": 123}}]}}', 'prefix/suffix match pattern must be a string', 57],
  [
    '{"detail": {"FileName": [{"anything-but": {"suffix": [123, ".txt"]}}]}}',
    'prefix/suffix match pattern must be a string',
    [58, 'twice'],
  ],
  ['{"detail": {"FilePath": [{"anything-but": {"wildcard": 123}}]}}', 'wildcard match pattern must be a string', 59],
  [
    '{"detail": {"state": [{"anything-but": {"wildcard": [123, "*/dir/*"]}}]}}',
    'wildcard match pattern must be a string',
    [57, 'twice'],
  ],
  [
    '{"detail": {"state": [{"anything-but": {"equals-ignore-case": 123}}]}}',
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    66,
  ],
  [
    '{"detail": {"state": [{"anything-but": {"equals-ignore-case": [123, 456]}}]}}',
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    [67, 'twice'],
  ],
  [
    '{"detail": {"FileName": [{"anything-but": {"prefix": {"equals-ignore-case": "file"}}}]}}',
    'Value of anything-but must be an array or single string/number value.',
    55,
  ],
  [
    '{"detail": {"FileName": [{"anything-but": {"suffix": {"equals-ignore-case": ".png"}}}]}}',
    'Value of anything-but must be an array or single string/number value.',
    55,
  ],
  ['{"detail": {"sourceIPAddress": [{"cidr": ["bad-type"]}]}}', 'prefix match pattern must be a string', 43],
  ['{"detail": {"sourceIPAddress": [{"cidr": "10.0.0.255"}]}}', "Malformed CIDR, one '/' required"],
  ['{"detail": {"sourceIPAddress": [{"cidr": "10.0.0.0/xx"}]}}', 'Malformed CIDR, mask bits must be an integer'],
  ['{"detail": {"sourceIPAddress": [{"cidr": "xx.11.xx/8"}]}}', 'Nonstandard IP address: xx.11.xx'],
  [
    '{"detail": {"sourceIPAddress": [{"cidr": "xxxx:db8:1234:1a00::/64"}]}}',
    'Nonstandard IP address: xxxx:db8:1234:1a00::',
  ],
];

function refusalOf(pattern: string): AwsError | undefined {
  try {
    compilePattern(pattern, 'events');
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

describe('EventBridge refuses a pattern in its own words, and says where', () => {
  it.each(REFUSED.map(([pattern, reason, where]) => [pattern, reason, where] as const))(
    '%s',
    (pattern, reason, where) => {
      const [column, twice] = [where].flat();
      const place = column === undefined ? '' : `\n at [Source: (String)"${pattern}"; line: 1, column: ${column}]`;

      expect(refusalOf(pattern)).toMatchObject({
        code: 'InvalidEventPatternException',
        message: `Event pattern is not valid. Reason: ${reason}${place}${twice ? place : ''}`,
      });
    },
  );

  it('by line and column, of a key that stands there twice the one that counts, and past texts with brackets and escapes in them', () => {
    const pattern = '{\n  "a\\"{": ["}]\\\\"],\n  "b": ["fine"],\n  "b": [{"prefix": 1}]\n}';

    expect(refusalOf(pattern)?.message).toMatch(/; line: 4, column: 21\]$/);
  });
});
