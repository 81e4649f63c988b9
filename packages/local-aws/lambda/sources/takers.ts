import { structureIn } from '../../core/boundedJson.ts';
import type { Asked } from '../../core/carried.ts';
import { typedAttributes } from '../../core/messageAttributes.ts';
import type { Taker } from '../../core/service.ts';
import type { Pattern } from '../../patterns/pattern.ts';
import type { MappingSettings, SourceType } from './source.ts';
import { eventAttribute } from './sqs.ts';

/** A message as the filters of a queue or a stream would look at it when it comes out there. */
function filterable(kind: SourceType['kind'], { said, attributes }: Asked): object {
  const text = typeof said === 'string' ? (structureIn(said) ?? said) : said;
  if (kind === 'stream') return { data: text };
  const typed = Object.entries(typedAttributes(attributes)).map(([name, one]) => [name, eventAttribute(one)]);
  return { body: text, messageAttributes: Object.fromEntries(typed) };
}

/** Who reads a source, and by which filters. */
export interface Reader {
  arn: string;
  target: string;
  settings: Pick<MappingSettings, 'filters'>;
  /** The filters as they were written. */
  patterns: readonly string[];
}

/** What the readers of a queue or a stream make of a message: one filter of each must fit. */
export function takersOf(readers: readonly Reader[], kind: SourceType['kind'], message: Asked): Taker[] {
  return readers.map(({ arn, target, settings: { filters }, patterns }) => ({
    arn,
    targets: [target],
    ...(patterns.length > 0 && { pattern: patterns.length === 1 ? patterns[0] : `[${patterns.join(',')}]` }),
    ...resultOf(filters, filterable(kind, message)),
  }));
}

function resultOf(filters: readonly Pattern[], event: object): Pick<Taker, 'matched' | 'field' | 'reason'> {
  const results = filters.map((filter) => filter.matches(event));
  return results.find(({ matched }) => matched) ?? results[0] ?? { matched: true };
}
