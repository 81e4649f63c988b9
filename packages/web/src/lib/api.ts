const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** An answer that is not a success, in the words of RFC 9457. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  readonly title: string;
  /** What kind it is, as a URI; empty where the server did not say. */
  readonly type: string;
  /** What the server said beyond title and detail, for example the turn that is due. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, title: string, detail: string, { type, ...extra }: Record<string, unknown> = {}) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.type = text(type);
    this.extra = extra;
  }

  /** Whether nobody answered: the service is not running, or the connection is gone. */
  get unreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}

async function problemFrom(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  const {
    title,
    detail,
    status: _status,
    ...extra
  } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new Problem(response.status, text(title) || `HTTP ${response.status}`, text(detail), extra);
}

/** How long an answer may take, in milliseconds: beyond it, whoever asks had better ask again. */
const LIMIT_MS = 10_000;

/** What a request may say besides what `fetch` takes. */
export interface CallOptions extends RequestInit {
  /** Sent as the body, as JSON. */
  json?: unknown;
  /** How long the answer may take, in milliseconds. */
  limitMs?: number;
}

/**
 * Calls a service's API under the app's own origin and gives the parsed JSON answer.
 * Throws `Problem` for any answer that is not a success, and with status 0 when there is none, or none within `limitMs`.
 */
export const callApi = <Answer>(service: string, path: string, options?: CallOptions): Promise<Answer> =>
  callOrigin(`/api/${service}${path}`, options);

/** As `callApi`, for any path of the app's own origin. */
export async function callOrigin<Answer>(
  path: string,
  { json, limitMs = LIMIT_MS, signal, ...rest }: CallOptions = {},
): Promise<Answer> {
  const limit = AbortSignal.timeout(limitMs);
  const headers = new Headers(rest.headers);
  if (json !== undefined) headers.set('content-type', 'application/json');
  try {
    const response = await fetch(path, {
      ...rest,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      headers,
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    if (!response.ok) throw await problemFrom(response);
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  } catch (error) {
    if (error instanceof Problem || signal?.aborted) throw error;
    throw new Problem(0, 'No connection', 'The service does not answer.');
  }
}
