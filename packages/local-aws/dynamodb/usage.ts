import { type Consumption, totalUnits } from './capacity.ts';

/** What was asked of one table since the start. */
export interface TableUsage {
  /** Requests by operation; a batch or transaction counts once for each table in it. */
  requests: Record<string, number>;
  /** Capacity units. */
  readUnits: number;
  writeUnits: number;
}

/** Counts requests and capacity per table, for benchmarks and cost estimates. */
export class Usage {
  readonly #tables = new Map<string, TableUsage>();

  count(operation: string, consumption: Consumption): void {
    let usage = this.#tables.get(consumption.table);
    if (!usage) {
      usage = { requests: {}, readUnits: 0, writeUnits: 0 };
      this.#tables.set(consumption.table, usage);
    }
    usage.requests[operation] = (usage.requests[operation] ?? 0) + 1;
    if (consumption.kind === 'read') usage.readUnits += totalUnits(consumption);
    else usage.writeUnits += totalUnits(consumption);
  }

  /** A copy, by table name. */
  read(): Record<string, TableUsage> {
    return structuredClone(Object.fromEntries(this.#tables));
  }
}
