/** Signed or encrypted JSON (RFC 7515, 7516): a header that begins with `{"`, and further parts behind dots. */
const TOKEN = /eyJ[\w-]{5,}(?:\.[\w-]*)+/g;

/** A parameter of a query by which a token comes where no header can be sent: WebSocket handshakes, sign-ins. */
const PARAMETER = /([?&](?:[\w-]*token|authorization|code|password)=)[^&\s"'#]+/gi;

/**
 * A member of JSON that holds one, also of JSON within JSON, whose quotes have backslashes before them; a text that was cut off may end
 * within it.
 */
const MEMBER = /((?<!\\)(\\*)"[\w-]*(?:token|secret|password)\2"\s*:\s*\2")(?:(?!(?<!\\)\2").)*/gis;

/**
 * A text without what lets its holder in, as far as that is seen by its form: functions' errors, clients' words and addresses may hold
 * some. The same text where there is none. For texts of bounded length.
 */
export function masked(text: string): string {
  let clear = text;
  if (clear.includes('eyJ')) clear = clear.replaceAll(TOKEN, '***');
  if (clear.includes('=')) clear = clear.replaceAll(PARAMETER, '$1***');
  if (clear.includes('":')) clear = clear.replaceAll(MEMBER, '$1***');
  return clear;
}
