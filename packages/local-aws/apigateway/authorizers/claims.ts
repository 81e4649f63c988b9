/** When these claims say something, it reaches a backend as Java writes dates; `auth_time` stays the number that it is. */
const DATES: ReadonlySet<string> = new Set(['exp', 'iat']);

/**
 * A token's claims as `$context.authorizer.claims` and `event.requestContext.authorizer.claims` have them: texts all, lists (as
 * `cognito:groups`) with commas between. docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
 */
export function claimTexts(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(claims).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, textOf(name, value)]));
}

function textOf(name: string, value: unknown): string {
  if (DATES.has(name) && typeof value === 'number') return javaDate(value);
  if (Array.isArray(value)) return value.map((one) => textOf('', one)).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `Tue Apr 04 18:39:39 UTC 2023`: what Java's `Date` prints, of seconds since the epoch. */
function javaDate(atSeconds: number): string {
  const at = new Date(atSeconds * 1000);
  if (Number.isNaN(at.getTime())) return String(atSeconds);
  const [day = '', date, month, year, time] = at.toUTCString().split(' ');
  return `${day.replace(',', '')} ${month} ${date} ${time} UTC ${year}`;
}
