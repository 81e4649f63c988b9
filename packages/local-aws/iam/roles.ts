import { createHash, randomUUID } from 'node:crypto';
import { sessionArn } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';
import type { Federation, Principal } from '../core/principal.ts';
import type { PolicyDocument } from '../core/service.ts';
import { newAccessKeyId, newSecretAccessKey } from '../keys.ts';
import { type CompiledStatement, compiledPolicy } from './compile.ts';
import { awsManagedPolicy, isAwsManaged } from './managedPolicies.ts';
import { refuseLongManagedPolicy, refuseLongPolicies } from './quotas.ts';

/** A role as a template made it. */
export interface Role {
  name: string;
  arn: string;
  id: string;
  /** Which resource of which stack made it. */
  owner: string;
  trust: PolicyDocument;
  /** The inline policies of the role itself, by name. */
  inline: Map<string, PolicyDocument>;
  managedPolicyArns: string[];
}

/** What a client signs with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** A session for somebody who has signed in. */
export interface TemporarySession {
  roleArn: string;
  sessionName: string;
  expiresAtMs: number;
  federation: Federation;
}

/** So long after they have expired, credentials are still told from those that were never given out. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Sixteen letters that follow from `text` alone, as AWS's ids have them. */
export function idFrom(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  return [...digest.subarray(0, 16)].map((byte) => BASE32[byte % 32]).join('');
}

/** All roles, their policies, and the credentials given out for them. */
export class Roles {
  readonly #byName = new Map<string, Role>();
  readonly #byArn = new Map<string, Role>();
  readonly #managed = new Map<string, PolicyDocument>();
  /** `AWS::IAM::Policy`: attached from outside, by the resource that does it; `roles` by name. */
  readonly #attached = new Map<string, { roles: readonly string[]; document: PolicyDocument }>();
  readonly #managedAttachments = new Map<string, readonly string[]>();
  readonly #principals = new Map<string, Extract<Principal, { kind: 'role' }>>();
  /** Of sessions that do not expire, by role ARN and session name. */
  readonly #credentials = new Map<string, Credentials>();
  /** Compiled policies by role ARN; emptied at each change. */
  readonly #compiled = new Map<string, CompiledStatement[]>();

  put(role: Role): void {
    const existing = this.#byName.get(role.name);
    if (existing && existing.owner !== role.owner) {
      throw new AwsError('EntityAlreadyExists', `Role with name ${role.name} already exists.`, { status: 409 });
    }
    refuseLongPolicies(role.name, [...role.inline.values(), ...this.#attachedTo(role.name)], role.trust);
    for (const document of [role.trust, ...role.inline.values()]) compiledPolicy(document);
    for (const arn of role.managedPolicyArns) this.#managedPolicy(arn);
    if (existing) this.#byArn.delete(existing.arn);
    this.#byName.set(role.name, role);
    this.#byArn.set(role.arn, role);
    this.#compiled.clear();
  }

  remove(name: string): void {
    const role = this.#byName.get(name);
    if (!role) return;
    this.#byName.delete(name);
    this.#byArn.delete(role.arn);
    for (const [accessKeyId, { roleArn, sessionName }] of this.#principals) {
      if (roleArn !== role.arn) continue;
      this.#principals.delete(accessKeyId);
      this.#credentials.delete(`${roleArn} ${sessionName}`);
    }
    this.#compiled.clear();
  }

  has(roleArn: string): boolean {
    return this.#byArn.has(roleArn);
  }

  /** The role with this ARN. Throws AwsError `NoSuchEntity`. */
  get(roleArn: string): Role {
    const role = this.#byArn.get(roleArn);
    if (!role) throw new AwsError('NoSuchEntity', `The role '${roleArn}' cannot be found.`, { status: 404 });
    return role;
  }

  /** Attaches a policy to roles, as `AWS::IAM::Policy` does; the same `id` again replaces it. */
  attach(id: string, roles: readonly string[], document: PolicyDocument): void {
    compiledPolicy(document);
    this.#requireRoles(roles);
    for (const name of roles) {
      const inline = this.#byName.get(name)?.inline.values() ?? [];
      refuseLongPolicies(name, [...inline, ...this.#attachedTo(name, id), document]);
    }
    this.#attached.set(id, { roles, document });
    this.#compiled.clear();
  }

  detach(id: string): void {
    this.#attached.delete(id);
    this.#compiled.clear();
  }

  putManagedPolicy(arn: string, roles: readonly string[], document: PolicyDocument): void {
    compiledPolicy(document);
    refuseLongManagedPolicy(document);
    this.#requireRoles(roles);
    this.#managed.set(arn, document);
    this.#managedAttachments.set(arn, roles);
    this.#compiled.clear();
  }

  removeManagedPolicy(arn: string): void {
    this.#managed.delete(arn);
    this.#managedAttachments.delete(arn);
    this.#compiled.clear();
  }

  /** All that the role's own policies say, compiled. A role that is gone says nothing. */
  policiesOf(roleArn: string): CompiledStatement[] {
    let compiled = this.#compiled.get(roleArn);
    if (!compiled) {
      compiled = this.#documentsOf(roleArn).flatMap(compiledPolicy);
      this.#compiled.set(roleArn, compiled);
    }
    return compiled;
  }

  /** The same role and session name give the same credentials until the role is removed. Throws `NoSuchEntity`. */
  credentialsFor(roleArn: string, sessionName: string): Credentials {
    const name = `${roleArn} ${sessionName}`;
    const known = this.#credentials.get(name);
    if (known) return known;
    const credentials = this.#newCredentials({ roleArn, sessionName });
    this.#credentials.set(name, credentials);
    return credentials;
  }

  /**
   * Credentials that nobody else gets, and that expire: of a session for somebody who has signed in. Throws `NoSuchEntity`.
   */
  temporaryCredentials(session: TemporarySession, nowMs: number): Credentials {
    for (const [key, principal] of this.#principals)
      if (principal.expiresAtMs !== undefined && principal.expiresAtMs <= nowMs - FORGOTTEN_AFTER_MS)
        this.#principals.delete(key);
    return this.#newCredentials(session);
  }

  /** Who signs with this access key; undefined when it was given to no session. */
  principalOf(accessKeyId: string): Principal | undefined {
    return this.#principals.get(accessKeyId);
  }

  /** They are random: a role's name must not tell what lets one act as it. */
  #newCredentials(session: Pick<TemporarySession, 'roleArn' | 'sessionName'> & Partial<TemporarySession>): Credentials {
    const { roleArn, sessionName } = session;
    this.get(roleArn);
    const accessKeyId = newAccessKeyId('ASIA');
    this.#principals.set(accessKeyId, { kind: 'role', arn: sessionArn(roleArn, sessionName), ...session });
    return { accessKeyId, secretAccessKey: newSecretAccessKey(), sessionToken: randomUUID() };
  }

  #documentsOf(roleArn: string): PolicyDocument[] {
    const role = this.#byArn.get(roleArn);
    if (!role) return [];
    const managedByPolicy = [...this.#managedAttachments].filter(([, roles]) => roles.includes(role.name));
    const managedArns = new Set([...role.managedPolicyArns, ...managedByPolicy.map(([arn]) => arn)]);
    return [
      ...role.inline.values(),
      ...this.#attachedTo(role.name),
      ...[...managedArns].map((arn) => this.#managedPolicy(arn)),
    ];
  }

  /** What `AWS::IAM::Policy` resources attach to a role, but for the one called `except`. */
  #attachedTo(name: string, except?: string): PolicyDocument[] {
    return [...this.#attached]
      .filter(([id, { roles }]) => id !== except && roles.includes(name))
      .map(([, { document }]) => document);
  }

  #managedPolicy(arn: string): PolicyDocument {
    if (isAwsManaged(arn)) return awsManagedPolicy(arn);
    const document = this.#managed.get(arn);
    if (!document)
      throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, { status: 404 });
    return document;
  }

  #requireRoles(names: readonly string[]): void {
    for (const name of names) {
      if (!this.#byName.has(name)) {
        throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, { status: 404 });
      }
    }
  }
}
