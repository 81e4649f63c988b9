import type { AnswerReady, BulbState, ChangeReady, Command, Outcome } from '@arcade/events/contracts/smart-home';

/** What names a directive in its answer, and until when that is of use. */
export type Deferred = Omit<AnswerReady['detail'], 'outcome'>;
export type Property = ChangeReady['detail']['changed'][number];
/** How a device is, and when it was known to be so. */
export type Sampled = ChangeReady['detail']['state'];

/** What a vendor was asked that will tell later how it went. Nothing of it is changed once it is there: it only gets more. */
export interface DeviceRequest extends Deferred {
  command: Command;
  /** Of the directive, for all that follows from it. */
  correlationId: string;
  /** The vendor's token of the user, where somebody will have to ask once more. */
  token?: string | undefined;
  /** Whether it is known how it went. */
  status: 'PENDING' | 'COMPLETED';
  /** What Alexa is told of it, once that is decided. */
  outcome?: Outcome | undefined;
  /** When that was on its way, in time, for certain. Kept only for answers that are given before the vendor's. */
  toldAtMs?: number | undefined;
  /** How often the vendor was asked, by the latest that was asked again for. */
  asked?: number | undefined;
}

/** Where is kept what vendors were asked. */
export interface RequestsTable {
  /** Keeps a request for the first time. Gives what stands: an earlier one of its id, if there is one. */
  begin(request: DeviceRequest): Promise<DeviceRequest>;
  /** As it is at this moment. */
  find(directiveId: string): Promise<DeviceRequest | undefined>;
  /**
   * It is known now how a pending request went, and, unless it was told before, what Alexa is told. Gives what stands: whoever completes
   * it first has decided.
   */
  complete(directiveId: string, outcome?: Outcome): Promise<DeviceRequest | undefined>;
  /** Its outcome was sent in time. */
  told(directiveId: string, atMs: number): Promise<void>;
  /** The vendor was asked so often, and will be asked again. */
  asked(directiveId: string, times: number): Promise<void>;
}

const PROPERTIES = ['power', 'brightness'] as const satisfies readonly Property[];

/** In what the device is otherwise than Alexa was told in answer to a request: in everything, if that was an error. */
export function contradictions(outcome: Outcome, state: BulbState): Property[] {
  if (outcome.kind === 'error') return allProperties();
  const told = outcome.state;
  return PROPERTIES.filter((name) => told[name] !== undefined && told[name] !== state[name]);
}

/**
 * How a device is that Alexa was told otherwise of. She keeps what was so latest: what a vendor has known for long, of a device that it
 * does not reach, is said to be so from after the answer, which was never true.
 */
export function corrected({ outcome }: DeviceRequest, { sampledAtMs, ...state }: Sampled): Sampled {
  const promisedAtMs = outcome?.kind === 'response' ? outcome.state.sampledAtMs : 0;
  return { ...state, sampledAtMs: Math.max(sampledAtMs, promisedAtMs + 1) };
}

/** What a command may change. */
export const concerned = ({ power }: Command): Property[] => (power === undefined ? [...PROPERTIES] : ['power']);

const within = (least: number, value: number, most: number) => Math.min(Math.max(value, least), most);

/**
 * What a command is expected to make of a bulb, as far as it says so. Who sets a brightness wants to see it; without any, it is dark.
 *
 * @param present asks how the bulb is, which only a command that is relative to that wants to know.
 */
export async function expectedOf(
  { power, brightness, brightnessDelta = 0 }: Command,
  present: () => Promise<BulbState>,
): Promise<Partial<BulbState>> {
  if (power !== undefined) return { power };
  if (brightness !== undefined) return shining(brightness);
  const was = await present();
  const wanted = within(0, was.brightness + brightnessDelta, 100);
  return wanted === was.brightness ? was : shining(wanted);
}

const shining = (brightness: number): BulbState => ({ power: brightness > 0 ? 'ON' : 'OFF', brightness });

/** All that can change of a device: of what a hand does it is not known what was before. */
export const allProperties = (): Property[] => [...PROPERTIES];
