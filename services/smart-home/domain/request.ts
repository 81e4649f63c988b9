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
export function contradictions({ outcome }: DeviceRequest, state: BulbState): Property[] {
  if (outcome?.kind !== 'response') return [...PROPERTIES];
  const told = outcome.state;
  return PROPERTIES.filter((name) => told[name] !== undefined && told[name] !== state[name]);
}

/** What a command is about. */
export const concerned = ({ power }: Command): Property[] => [power === undefined ? 'brightness' : 'power'];

/** All that can change of a device: of what a hand does it is not known what was before. */
export const allProperties = (): Property[] => [...PROPERTIES];
