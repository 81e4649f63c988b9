import { HttpProblem } from './problem.ts';

/** What a body may be written in: JSON, or a form, whose fields are all texts. */
export type BodyFormat = 'json' | 'form';

/** What API Gateway gives of a body. */
export interface GivenBody {
  body?: string | null | undefined;
  isBase64Encoded: boolean;
}

/** A body as it came, and what it says. */
export interface ReadBody {
  /** Byte for byte, as text: what a signature covers. Empty where nothing came. */
  text: string;
  value: unknown;
}

/** Far above what the routes here take, far below what would hurt. */
const DEFAULT_MAX_BYTES = 64 * 1024;

/** Some put it in front of JSON, which does not know it; signatures do. */
const BYTE_ORDER_MARK = /^\uFEFF/;

const FORMATS: Readonly<Record<BodyFormat, { mediaType: RegExp; named: string; parse(text: string): unknown }>> = {
  json: { mediaType: /^application\/([\w.-]+\+)?json$/, named: 'application/json', parse: JSON.parse },
  form: {
    mediaType: /^application\/x-www-form-urlencoded$/,
    named: 'application/x-www-form-urlencoded',
    parse: (text) => Object.fromEntries(new URLSearchParams(text)),
  },
};

/**
 * Reads a body. A missing one counts as an empty object, so that the schema names the fields that it misses. Throws HttpProblem
 * 413 (too long), 415 (another format) or 400 (not what it says that it is).
 */
export function readBody(
  { body, isBase64Encoded }: GivenBody,
  { 'content-type': contentType }: Readonly<Record<string, string>>,
  { format = 'json', maxBytes = DEFAULT_MAX_BYTES }: { format?: BodyFormat; maxBytes?: number | undefined } = {},
): ReadBody {
  if (!body) return { text: '', value: {} };
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) {
    throw new HttpProblem(413, { detail: `The body has ${bytes.length} bytes; ${maxBytes} are allowed.` });
  }
  const { mediaType, named, parse } = FORMATS[format];
  const given = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!mediaType.test(given)) {
    const told = given ? `'${given.slice(0, 60)}'` : 'missing';
    throw new HttpProblem(415, { detail: `The content type must be ${named}; it is ${told}.` });
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, value: parse(text.replace(BYTE_ORDER_MARK, '')) };
  } catch (cause) {
    throw new HttpProblem(
      400,
      { detail: `The body is not ${format === 'json' ? 'JSON' : 'a form'} in UTF-8.` },
      { cause },
    );
  }
}
