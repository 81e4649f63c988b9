/** A loop on something that it runs on. */
export interface Contestant {
  name: string;
  /** Starts it with the loop deployed; its functions write into `strokesFile`. */
  start(strokesFile: string): Promise<RunningLoop>;
}

/** The loop, up and waiting for a serve. */
export interface RunningLoop {
  /** Publishes so many first balls at once; each ends with stroke `last`. */
  serve(balls: number, last: number): Promise<void>;
  stop(): Promise<void>;
}
