import type { AwsService } from '../core/service.ts';

/** The services behind the front door. */
export class Registry {
  readonly #byId = new Map<string, AwsService>();
  readonly #byTarget = new Map<string, AwsService>();

  /** Throws a TypeError when the id or the target prefix is taken. */
  add(service: AwsService): void {
    if (this.#byId.has(service.id)) throw new TypeError(`the service '${service.id}' is registered twice`);
    this.#byId.set(service.id, service);
    if (service.protocol.kind !== 'json') return;
    const { targetPrefix } = service.protocol;
    if (this.#byTarget.has(targetPrefix)) throw new TypeError(`the target '${targetPrefix}' is registered twice`);
    this.#byTarget.set(targetPrefix, service);
  }

  /** By the name in a SigV4 credential scope. */
  byId(id: string): AwsService | undefined {
    return this.#byId.get(id);
  }

  /** By what stands before the dot of an `X-Amz-Target` header. */
  byTargetPrefix(prefix: string): AwsService | undefined {
    return this.#byTarget.get(prefix);
  }

  all(): AwsService[] {
    return [...this.#byId.values()];
  }

  /** Service ids with the operations they have, sorted: the list of what is supported. */
  operations(): Record<string, string[]> {
    return Object.fromEntries(
      this.all()
        .map((service): [string, string[]] => [service.id, Object.keys(service.operations).sort()])
        .sort(([left], [right]) => left.localeCompare(right)),
    );
  }
}
