import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { ACCOUNT, type Kind, kind, type Owner } from '../core/store/index.ts';
import { contentProblem, type SchemaType } from './content.ts';

/** What is said of a registry. */
export interface Registry {
  owner: Owner;
  name: string;
  description?: string;
}

/** One version of a schema. */
export interface SchemaVersion {
  /** Counts from 1. */
  number: number;
  type: SchemaType;
  content: string;
  createdMs: number;
}

/** A schema with all of its versions, oldest first. */
export interface Schema {
  owner: Owner;
  registryName: string;
  name: string;
  description?: string;
  versions: SchemaVersion[];
  modifiedMs: number;
}

const REGISTRIES = kind<Registry>('schemas/registries', z.looseObject({ owner: z.string(), name: z.string() }));
const version = z.looseObject({ number: z.number(), type: z.string(), content: z.string(), createdMs: z.number() });
const SCHEMAS = kind<Schema>(
  'schemas/schemas',
  z.looseObject({ owner: z.string(), registryName: z.string(), name: z.string(), versions: z.array(version).min(1) }),
);

export const registryArn = (name: string) => arnOf('schemas', `registry/${name}`);
export const schemaArn = (registryName: string, name: string) => arnOf('schemas', `schema/${registryName}/${name}`);

const notFound = (what: string) => new AwsError('NotFoundException', `${what} does not exist.`, { status: 404 });
const conflict = (what: string) => new AwsError('ConflictException', `${what} already exists.`, { status: 409 });
const byName = (left: { name: string }, right: { name: string }) => (left.name < right.name ? -1 : 1);

/** All registries of schemas, kept with their versions. */
export class Registries {
  readonly #core: Core;
  readonly #registries = new Map<string, Registry>();
  readonly #schemas = new Map<string, Schema>();

  constructor(core: Core) {
    this.#core = core;
    for (const { value } of core.store.all(REGISTRIES)) this.#registries.set(value.name, value);
    for (const { value } of core.store.all(SCHEMAS))
      this.#schemas.set(schemaArn(value.registryName, value.name), value);
  }

  list(): Registry[] {
    return [...this.#registries.values()].sort(byName);
  }

  get(name: string): Registry | undefined {
    return this.#registries.get(name);
  }

  /** Throws AwsError `NotFoundException`. */
  find(name: string): Registry {
    const registry = this.#registries.get(name);
    if (!registry) throw notFound(`Registry with name ${name}`);
    return registry;
  }

  /** Throws AwsError `ConflictException`. */
  create(registry: Registry): void {
    if (this.#registries.has(registry.name)) throw conflict(`Registry with name ${registry.name}`);
    this.put(registry);
  }

  put(registry: Registry): void {
    this.#registries.set(registry.name, registry);
    this.#keep(REGISTRIES, registry.name, registry);
  }

  /** Throws AwsError `NotFoundException` when there is no such registry. */
  schemasOf(registryName: string): Schema[] {
    this.find(registryName);
    return [...this.#schemas.values()].filter((schema) => schema.registryName === registryName).sort(byName);
  }

  schema(registryName: string, name: string): Schema | undefined {
    return this.#schemas.get(schemaArn(registryName, name));
  }

  /** Throws AwsError `NotFoundException`. */
  findSchema(registryName: string, name: string): Schema {
    const schema = this.schema(registryName, name);
    if (!schema) throw notFound(`Schema with name ${name} in registry ${registryName}`);
    return schema;
  }

  /** Throws AwsError `NotFoundException`, `ConflictException`, `BadRequestException`. */
  createSchema(schema: Omit<Schema, 'versions' | 'modifiedMs'>, type: SchemaType, content: string): Schema {
    this.find(schema.registryName);
    if (this.schema(schema.registryName, schema.name)) throw conflict(`Schema with name ${schema.name}`);
    return this.#save({ ...schema, versions: [], modifiedMs: 0 }, type, content);
  }

  /** Another content, or another type, is another version. Throws AwsError `BadRequestException`. */
  change(schema: Schema, description: string | undefined, type: SchemaType, content: string): Schema {
    const { description: _before, ...rest } = schema;
    const changed = { ...rest, ...(description !== undefined && { description }) };
    const last = schema.versions.at(-1);
    if (last?.content !== content || last.type !== type) return this.#save(changed, type, content);
    if (description !== schema.description) this.#putSchema({ ...changed, modifiedMs: this.#core.clock.now() });
    return this.findSchema(schema.registryName, schema.name);
  }

  #save(schema: Schema, type: SchemaType, content: string): Schema {
    const problem = contentProblem(type, content);
    if (problem) throw new AwsError('BadRequestException', `Content is not valid ${type}: ${problem}.`);
    const nowMs = this.#core.clock.now();
    const number = (schema.versions.at(-1)?.number ?? 0) + 1;
    const versions = [...schema.versions, { number, type, content, createdMs: nowMs }];
    return this.#putSchema({ ...schema, versions, modifiedMs: nowMs });
  }

  #putSchema(schema: Schema): Schema {
    const arn = schemaArn(schema.registryName, schema.name);
    this.#schemas.set(arn, schema);
    this.#keep(SCHEMAS, arn, schema);
    return schema;
  }

  remove(name: string): void {
    const registry = this.#registries.get(name);
    if (!registry) return;
    for (const schema of this.schemasOf(name)) this.removeSchema(name, schema.name);
    this.#registries.delete(name);
    this.#forget(REGISTRIES, name, registry.owner);
  }

  removeSchema(registryName: string, name: string): void {
    const schema = this.schema(registryName, name);
    if (!schema) return;
    const arn = schemaArn(registryName, name);
    this.#schemas.delete(arn);
    this.#forget(SCHEMAS, arn, schema.owner);
  }

  /** They are the account's from now on. */
  retain(registry: Registry): void {
    this.put({ ...registry, owner: ACCOUNT });
    this.#forget(REGISTRIES, registry.name, registry.owner);
  }

  retainSchema(schema: Schema): void {
    this.#putSchema({ ...schema, owner: ACCOUNT });
    this.#forget(SCHEMAS, schemaArn(schema.registryName, schema.name), schema.owner);
  }

  #keep<Value extends { owner: Owner }>(kept: Kind<Value>, key: string, value: Value): void {
    this.#core.store.collection(value.owner, kept).put(key, value);
  }

  #forget(kept: Kind<Registry> | Kind<Schema>, key: string, owner: Owner): void {
    this.#core.store.collection<unknown>(owner, kept).delete(key);
  }
}
