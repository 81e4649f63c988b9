import { LOCAL_ACCOUNT } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { Principal } from '../core/principal.ts';
import type { Owner } from '../core/store/index.ts';
import type { Iam } from '../iam/index.ts';
import type { Streams } from '../kinesis/index.ts';
import { Hose } from './hose.ts';
import { type HoseProperties, type HoseSettings, hoseArn, settingsOf } from './properties.ts';
import { type HoseSource, type PutSource, putSource, streamSource } from './source.ts';

/** What Firehose is made with. */
export interface FirehoseParts {
  core: Core;
  iam: Pick<Iam, 'sessionOf' | 'assertTrust'>;
  streams: Streams;
}

/** A delivery stream that runs. */
export interface DeliveryStream {
  settings: HoseSettings;
  properties: HoseProperties;
  version: number;
  createdMs: number;
  /** Takes records, in base64; undefined when it has another source. */
  put: ((records: string[]) => void) | undefined;
}

/** What one is made from. */
interface Wanted extends Pick<DeliveryStream, 'properties' | 'version' | 'createdMs'> {
  owner: Owner;
  name: string;
}

const TRUSTED = 'firehose.amazonaws.com';

/** All delivery streams. */
export class DeliveryStreams {
  readonly #parts: FirehoseParts;
  readonly #running = new Map<string, DeliveryStream & { hose: Hose; source: HoseSource }>();
  #isResumed = false;

  constructor(parts: FirehoseParts) {
    this.#parts = parts;
  }

  names(): string[] {
    return [...this.#running.keys()].sort();
  }

  /** Throws AwsError ResourceNotFoundException. */
  find(name: string): DeliveryStream {
    const found = this.#running.get(name);
    if (found) return found;
    const message = `Firehose ${name} under account ${LOCAL_ACCOUNT} not found.`;
    throw new AwsError('ResourceNotFoundException', message);
  }

  /** Makes one; what an earlier run has left to it comes first. Throws AwsError. */
  create(owner: Owner, name: string, properties: HoseProperties): void {
    if (this.#running.has(name)) {
      const message = `Firehose ${name} under account ${LOCAL_ACCOUNT} already exists`;
      throw new AwsError('ResourceInUseException', message);
    }
    this.#checkRoles(name, properties);
    this.#run({ owner, name, properties, version: 1, createdMs: this.#parts.core.clock.now() });
  }

  /** Goes on with other settings. Throws AwsError. */
  change(owner: Owner, name: string, properties: HoseProperties): void {
    this.#checkRoles(name, properties);
    const { version, createdMs } = this.find(name);
    // What was received and is not delivered, the source gives again.
    this.#running.get(name)?.hose.close();
    this.#run({ owner, name, properties, version: version + 1, createdMs });
  }

  /** With all that it has not delivered. */
  remove(name: string): void {
    const found = this.#running.get(name);
    this.#running.delete(name);
    found?.hose.close();
    found?.source.forget();
  }

  /** All stacks are there: reading begins. */
  resume(): void {
    this.#isResumed = true;
    for (const { hose } of this.#running.values()) hose.start();
  }

  close(): void {
    for (const { hose } of this.#running.values()) hose.close();
  }

  #run({ owner, name, properties, version, createdMs }: Wanted): void {
    const { core, streams } = this.#parts;
    const { KinesisStreamSourceConfiguration: from } = properties;
    const place = { owner, name };
    const source: HoseSource & Partial<PutSource> = from
      ? streamSource(core, streams, {
          ...place,
          streamArn: from.KinesisStreamARN,
          principal: this.#roleOf(name, from.RoleARN),
        })
      : putSource(core, place);
    const settings = settingsOf(name, properties);
    const hose = new Hose({ core, settings, source, version, writer: this.#roleOf(name, settings.roleArn) });
    this.#running.set(name, { settings, properties, version, createdMs, put: source.put, hose, source });
    if (this.#isResumed) hose.start();
  }

  #checkRoles(name: string, { ExtendedS3DestinationConfiguration: to, ...rest }: HoseProperties): void {
    const roles = [to.RoleARN, rest.KinesisStreamSourceConfiguration?.RoleARN];
    for (const role of roles) if (role !== undefined) this.#roleOf(name, role)();
  }

  /** The session of a role that is handed over to Firehose. */
  #roleOf(name: string, roleArn: string): () => Principal {
    const { iam } = this.#parts;
    return () => {
      try {
        iam.assertTrust(roleArn, TRUSTED, hoseArn(name));
      } catch (cause) {
        const message = `Firehose is unable to assume role ${roleArn}. Please check the role provided.`;
        throw new AwsError('InvalidArgumentException', message, { cause });
      }
      return iam.sessionOf(roleArn, name);
    };
  }
}
