/*
 * What a domain knows of sockets. `createConnectionsTable` of @arcade/dynamodb/connections keeps it in a table.
 */

/** An open socket, and whose it is. */
export interface Connection {
  player: string;
  connectionId: string;
}

/** Who is connected. */
export interface ConnectionsTable {
  /** `nowMs`: milliseconds since the epoch; it is kept a little longer than a connection may live. */
  open(connection: Connection, nowMs: number): Promise<void>;
  close(connection: Connection): Promise<void>;
  /** Those of a player, also one that has been opened just now: whoever connects and acts at once is told of it. */
  of(player: string): Promise<Connection[]>;
  all(): Promise<Connection[]>;
}
