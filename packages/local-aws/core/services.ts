import { AwsError, NotSupportedError } from './errors.ts';
import type { LocalService, Operation, PolicyDocument } from './service.ts';

/** All services of a local AWS, under their ids. What the rest derives from them, it asks here. */
export class Services {
  readonly #byId = new Map<string, LocalService>();
  readonly #byTarget = new Map<string, LocalService>();

  /** Throws a TypeError when the id or the target prefix is taken. */
  add(service: LocalService): void {
    if (this.#byId.has(service.id)) throw new TypeError(`the service '${service.id}' is registered twice`);
    this.#byId.set(service.id, service);
    if (service.protocol?.kind !== 'json') return;
    const { targetPrefix } = service.protocol;
    if (this.#byTarget.has(targetPrefix)) throw new TypeError(`the target '${targetPrefix}' is registered twice`);
    this.#byTarget.set(targetPrefix, service);
  }

  /** By the name in a SigV4 credential scope, an ARN, or before the colon of an action. */
  byId(id: string): LocalService | undefined {
    return this.#byId.get(id);
  }

  /** By what stands before the dot of an `X-Amz-Target` header. */
  byTargetPrefix(prefix: string): LocalService | undefined {
    return this.#byTarget.get(prefix);
  }

  all(): LocalService[] {
    return [...this.#byId.values()];
  }

  /** The service that an ARN belongs to. */
  ofArn(arn: string): LocalService | undefined {
    return this.#byId.get(arn.split(':', 3)[2] ?? '');
  }

  /** Finds an operation. Throws NotSupportedError that names those there are. */
  operation(serviceId: string, name: string): Operation {
    const service = this.#byId.get(serviceId);
    if (!service?.operations) throw this.unsupported(`the service '${serviceId}'`);
    if (Object.hasOwn(service.operations, name)) return service.operations[name] as Operation;
    const known = Object.keys(service.operations).sort().join(', ');
    throw new NotSupportedError(`the operation ${serviceId}:${name}`, `Of ${serviceId} it knows ${known}`);
  }

  /** An error for what no service here does; it names those there are. */
  unsupported(what: string): NotSupportedError {
    const known = this.all().filter(({ protocol }) => protocol !== undefined);
    return new NotSupportedError(what, `Its services are ${known.map(({ id }) => id).join(', ')}`);
  }

  /** The policy that the resource has now. */
  policyOf(arn: string): PolicyDocument | undefined {
    return this.ofArn(arn)?.policyOf?.(arn);
  }

  /** The service's own error for calls that come too fast. */
  throttled(id: string): AwsError {
    const { code, message, status } = this.#byId.get(id)?.errors?.throttled ?? DEFAULT_THROTTLED;
    return new AwsError(code, message ?? DEFAULT_THROTTLED.message, { status });
  }

  /** Ids with the operations that they have, sorted. */
  operations(): Record<string, string[]> {
    return Object.fromEntries(
      this.all()
        .filter(({ operations }) => operations !== undefined)
        .map(({ id, operations = {} }): [string, string[]] => [id, Object.keys(operations).sort()])
        .sort(([left], [right]) => left.localeCompare(right)),
    );
  }
}

const DEFAULT_THROTTLED = { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' };
