/** A place on the map: 0 to 1,000 from its left, and from its top. */
export interface Place {
  x: number;
  y: number;
}

/** A fakémon as the service tells of it. Times in milliseconds since the epoch, by the service's clock. */
export interface Sighting extends Place {
  fakemonId: string;
  species: string;
  units: number;
  unitsLeft: number;
  appearsAtMs: number;
  expiresAtMs: number;
}

/** How an attempt ended. */
export type Verdict =
  | { outcome: 'captured' | 'dodged' | 'unknown' }
  /** Its time was over, by so many milliseconds. */
  | { outcome: 'gone'; lateMs: number | undefined }
  /** Its last unit was another's, so many milliseconds before. */
  | { outcome: 'taken'; lateMs: number | undefined; takenBy: string | undefined }
  /** The service did not take the attempt: why, in its words. */
  | { outcome: 'refused'; why: string };

/** One that is mine. */
export interface Capture {
  attemptId: string;
  fakemonId: string;
  species: string;
  capturedAtMs: number;
}

/** A throw of mine. Times by this page's clock. */
export interface Throw extends Place {
  attemptId: string;
  fakemonId: string;
  species: string;
  thrownAtMs: number;
  /** Undefined until it is decided. */
  verdict: Verdict | undefined;
  /** When the verdict was heard. */
  heardAtMs: number | undefined;
}
