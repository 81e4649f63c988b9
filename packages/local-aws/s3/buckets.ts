import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { PolicyDocument } from '../core/service.ts';
import { ACCOUNT, kind, kinds, type Owner } from '../core/store/index.ts';
import { type Bodies, createBodies } from './bodies.ts';
import type { Checksum } from './checksums.ts';
import { noSuchBucket, noSuchKey } from './errors.ts';
import { compareKeys } from './list.ts';

/** An object, without its body. */
export interface StoredObject {
  /** The name of its body. */
  id: string;
  size: number;
  /** With its quotation marks. */
  etag: string;
  lastModifiedMs: number;
  /** What it is answered with, by HTTP's names in lower case. */
  headers: Record<string, string>;
  /** What its writer says of it, by names in lower case. */
  metadata: Record<string, string>;
  checksum?: Checksum;
}

/** What is kept of a bucket; what else it is, the template says again at each start. */
interface KeptBucket {
  owner: Owner;
  name: string;
  /** Of its bodies. */
  folder: string;
  createdMs: number;
}

/** How a bucket is served as a web site. */
export interface Website {
  indexDocument: string;
  errorDocument?: string;
}

/** What a bucket's template says beside its name. */
export interface BucketSettings {
  website?: Website;
  /** A policy for everybody is refused. */
  blocksPublicPolicy: boolean;
  /** A policy for everybody counts for those alone who have an account or are a service. */
  restrictsPublic: boolean;
  /** Code and templates are deployed from it: the owner alone puts something into it, and takes it out. */
  isForCode: boolean;
}

/** Those of a bucket that nothing is said about: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export const DEFAULT_SETTINGS: BucketSettings = {
  blocksPublicPolicy: true,
  restrictsPublic: true,
  isForCode: false,
};

/** A bucket with its objects. */
export interface Bucket extends KeptBucket {
  settings: BucketSettings;
  policy: PolicyDocument | undefined;
  objects: Map<string, StoredObject>;
  /** Its keys in S3's order; undefined after a change. */
  sorted: readonly string[] | undefined;
}

const BUCKETS = kind<KeptBucket>(
  's3/buckets',
  z.looseObject({ owner: z.string(), name: z.string(), folder: z.string(), createdMs: z.number() }),
);
const OBJECTS = kinds<StoredObject>(
  's3/objects/',
  z.looseObject({
    id: z.string(),
    size: z.number(),
    etag: z.string(),
    lastModifiedMs: z.number(),
    headers: z.record(z.string(), z.string()),
    metadata: z.record(z.string(), z.string()),
  }),
);

/** What a new object has before its body has come. */
export type Description = Pick<StoredObject, 'headers' | 'metadata'>;

/** All buckets and what is in them. */
export class Buckets {
  readonly #core: Core;
  readonly #bodies: Bodies;
  readonly #byName = new Map<string, Bucket>();

  constructor(core: Core) {
    this.#core = core;
    this.#bodies = createBodies(core.stateFolder);
    for (const { value } of core.store.all(BUCKETS)) {
      const objects = core.store.collection(value.owner, OBJECTS(value.name)).entries();
      this.#hold(value, new Map(objects));
    }
    const named = this.list().map(
      ({ folder, objects }) => [folder, new Set([...objects.values()].map(({ id }) => id))] as const,
    );
    // Who belongs to what cannot be read is not known: such bodies stay.
    this.#bodies.sweep(new Map(named), core.store.damaged().length === 0);
  }

  list(): Bucket[] {
    return [...this.#byName.values()].sort((left, right) => compareKeys(left.name, right.name));
  }

  get(name: string): Bucket | undefined {
    return this.#byName.get(name);
  }

  /** Throws AwsError NoSuchBucket. */
  find(name: string): Bucket {
    const bucket = this.#byName.get(name);
    if (!bucket) throw noSuchBucket(name);
    return bucket;
  }

  /** Throws AwsError BucketAlreadyOwnedByYou. */
  create(owner: Owner, name: string): Bucket {
    if (this.#byName.has(name)) {
      const message = 'Your previous request to create the named bucket succeeded and you already own it.';
      throw new AwsError('BucketAlreadyOwnedByYou', message, { status: 409, fields: { BucketName: name } });
    }
    const kept = { owner, name, folder: this.#core.newId(), createdMs: this.#core.clock.now() };
    this.#core.store.collection(owner, BUCKETS).put(name, kept);
    return this.#hold(kept, new Map());
  }

  /** Throws AwsError BucketNotEmpty. */
  remove(name: string): void {
    const bucket = this.find(name);
    if (bucket.objects.size > 0) {
      const message = 'The bucket you tried to delete is not empty';
      throw new AwsError('BucketNotEmpty', message, { status: 409, fields: { BucketName: name } });
    }
    this.#byName.delete(name);
    this.#core.store.collection(bucket.owner, BUCKETS).delete(name);
    this.#bodies.removeAll(bucket.folder);
  }

  /** It belongs to the account from now on. */
  retain(name: string): void {
    const bucket = this.find(name);
    const { store } = this.#core;
    const before = bucket.owner;
    const { folder, createdMs } = bucket;
    store.collection(ACCOUNT, BUCKETS).put(name, { owner: ACCOUNT, name, folder, createdMs });
    for (const [key, object] of bucket.objects) store.collection(ACCOUNT, OBJECTS(name)).put(key, object);
    store.commit(ACCOUNT);
    store.collection(before, BUCKETS).delete(name);
    for (const key of bucket.objects.keys()) store.collection(before, OBJECTS(name)).delete(key);
    bucket.owner = ACCOUNT;
  }

  /** The object of that key. */
  object(name: string, key: string): StoredObject | undefined {
    return this.find(name).objects.get(key);
  }

  /** The keys of a bucket, in S3's order. */
  keys(name: string): readonly string[] {
    const bucket = this.find(name);
    bucket.sorted ??= [...bucket.objects.keys()].sort(compareKeys);
    return bucket.sorted;
  }

  /**
   * Writes an object: its body first, then, at once and for good, what names it. `accept` has a last look before that, at what there is
   * now of that key, and may add to it; what it throws leaves all as it was. Throws AwsError NoSuchBucket.
   */
  async write(
    name: string,
    key: string,
    from: Readable,
    accept: (
      written: { size: number; md5: string },
      found: StoredObject | undefined,
    ) => Description & Partial<StoredObject>,
  ): Promise<StoredObject> {
    const { folder } = this.find(name);
    const id = this.#core.newId();
    const written = await this.#bodies.write(folder, id, from);
    let replaced: StoredObject | undefined;
    let object: StoredObject;
    try {
      const bucket = this.find(name);
      replaced = bucket.objects.get(key);
      const etag = `"${written.md5}"`;
      object = { etag, ...accept(written, replaced), id, size: written.size, lastModifiedMs: this.#core.clock.now() };
      this.#core.store.collection(bucket.owner, OBJECTS(name)).put(key, object);
      if (!replaced) bucket.sorted = undefined;
      bucket.objects.set(key, object);
    } catch (error) {
      this.#bodies.remove(folder, id);
      throw error;
    }
    await this.#letGo(folder, replaced);
    return object;
  }

  /** The body, or a part of it. Throws AwsError when it is gone meanwhile. */
  async read(
    name: string,
    key: string,
    object: StoredObject,
    range?: { first: number; last: number },
  ): Promise<Readable> {
    const body = await this.#bodies.read(this.find(name).folder, object.id, range);
    if (!body) throw noSuchKey(key);
    return body;
  }

  /** Deletes an object, or nothing where there is none. */
  async delete(name: string, key: string): Promise<void> {
    const bucket = this.find(name);
    const object = bucket.objects.get(key);
    if (!object) return;
    bucket.objects.delete(key);
    bucket.sorted = undefined;
    this.#core.store.collection(bucket.owner, OBJECTS(name)).delete(key);
    await this.#letGo(bucket.folder, object);
  }

  /** A body goes when nothing names it any more, also after a kill. */
  async #letGo(folder: string, object: StoredObject | undefined): Promise<void> {
    if (!object) return;
    await this.#core.store.settled();
    this.#bodies.remove(folder, object.id);
  }

  #hold(kept: KeptBucket, objects: Map<string, StoredObject>): Bucket {
    const bucket = { ...kept, settings: DEFAULT_SETTINGS, policy: undefined, objects, sorted: undefined };
    this.#byName.set(kept.name, bucket);
    return bucket;
  }
}
