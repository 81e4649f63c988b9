/** What of a bucket is listed. */
export interface ListQuery {
  prefix: string;
  /** What ends the part of a key that stands for all that begin so; empty: nothing does. */
  delimiter: string;
  /** Only what comes after it, a key or a common prefix. */
  after: string;
  max: number;
}

/** One page of a list. */
export interface ListPage {
  keys: string[];
  /** The beginnings that stand for several keys, with their delimiter. */
  prefixes: string[];
  isTruncated: boolean;
  /** The last of the page, after which the next one begins; undefined when there is none. */
  last: string | undefined;
}

/**
 * One page of the sorted keys. A common prefix counts as one, and comes once, however many keys begin so.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function listPage(sorted: readonly string[], { prefix, delimiter, after, max }: ListQuery): ListPage {
  const page: ListPage = { keys: [], prefixes: [], isTruncated: false, last: undefined };
  for (const key of sorted) {
    if (!key.startsWith(prefix)) continue;
    const common = commonPrefix(key, prefix, delimiter);
    const name = common ?? key;
    // A common prefix comes before what begins so: whoever goes on after a key of it has had it.
    if (name === page.last || (after !== '' && compareKeys(name, after) <= 0)) continue;
    if (page.keys.length + page.prefixes.length >= max) {
      page.isTruncated = max > 0;
      break;
    }
    if (common === undefined) page.keys.push(key);
    else page.prefixes.push(common);
    page.last = name;
  }
  return page;
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

/** S3's order: that of the keys' bytes in UTF-8, which is not JavaScript's beyond U+FFFF. */
export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
