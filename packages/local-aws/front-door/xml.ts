/** Characters that XML 1.0 cannot hold at all; AWS puts the replacement character in their place. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are looked for.
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

/** Text as it stands in an element. */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"\r]/g, (char) => ENTITIES[char] ?? char);
}

/**
 * Writes a value as AWS's Query protocol does: an array as `<member>`s, a Map as `<entry>`s with `<key>` and `<value>`, an
 * object as nested elements. What is undefined or null is left out.
 */
function writeXml(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  return `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => writeXml('member', item)).join('');
  if (value instanceof Map) {
    return [...value].map(([key, item]) => `<entry>${writeXml('key', key)}${writeXml('value', item)}</entry>`).join('');
  }
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, item]) => writeXml(name, item))
      .join('');
  }
  return escapeXml(String(value));
}

/** The answer of a Query operation. An operation that answers nothing has no result element. */
export function queryAnswer(operation: string, xmlns: string, answer: unknown, requestId: string): string {
  const result = answer === undefined ? '' : writeXml(`${operation}Result`, answer);
  return `<${operation}Response xmlns="${xmlns}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
}

/** The error of a Query operation. */
export function queryError(
  xmlns: string,
  error: { code: string; message: string; sender: boolean; fields: Readonly<Record<string, unknown>> },
  requestId: string,
): string {
  const fields = Object.entries(error.fields)
    .map(([name, value]) => writeXml(name, value))
    .join('');
  return `<ErrorResponse xmlns="${xmlns}"><Error><Type>${error.sender ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${fields}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}
