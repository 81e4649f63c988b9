import { z } from 'zod';
import { type ExistingResource, inert, type Provisioned, type ResourceType } from '../../core/resource.ts';
import { functionArn } from '../names.ts';
import type { FunctionRegistry } from '../registry.ts';

const versionProperties = z.strictObject({
  FunctionName: z.string(),
  CodeSha256: inert('local functions have one code: the present one'),
  Description: inert('has no behaviour'),
});

/**
 * `AWS::Lambda::Version`, as Serverless makes one for each deployment. Locally a version is a name for the present code and
 * configuration: both can change under it.
 */
export function versionType(registry: FunctionRegistry): ResourceType<z.output<typeof versionProperties>> {
  const provisioned = (name: string, version: string): Provisioned => {
    const arn = functionArn(name, version);
    return { physicalId: arn, attributes: { Version: version, FunctionArn: arn } };
  };
  return {
    type: 'AWS::Lambda::Version',
    properties: versionProperties,
    replaceOn: ['FunctionName', 'CodeSha256'],
    async create(wanted) {
      const { function: owner } = registry.find(wanted.FunctionName);
      owner.lastVersion += 1;
      const version = String(owner.lastVersion);
      owner.versions.add(version);
      return provisioned(owner.name, version);
    },
    async update(current) {
      return current;
    },
    async remove(current, wanted) {
      ownerOf(registry, wanted.FunctionName)?.versions.delete(current.attributes.Version ?? '');
    },
  };
}

const aliasProperties = z.strictObject({
  FunctionName: z.string(),
  FunctionVersion: z.string(),
  Name: z.string().regex(/^(?!\d+$)[a-zA-Z0-9-_]{1,128}$/, 'must be letters, digits, - or _, and not a number'),
  Description: inert('has no behaviour'),
});

/** `AWS::Lambda::Alias` */
export function aliasType(registry: FunctionRegistry): ResourceType<z.output<typeof aliasProperties>> {
  const put = (wanted: z.output<typeof aliasProperties>): Provisioned => {
    const { function: owner } = registry.find(wanted.FunctionName);
    registry.find(`${owner.name}:${wanted.FunctionVersion}`);
    owner.aliases.set(wanted.Name, wanted.FunctionVersion);
    const arn = functionArn(owner.name, wanted.Name);
    return { physicalId: arn, attributes: { AliasArn: arn } };
  };
  return {
    type: 'AWS::Lambda::Alias',
    properties: aliasProperties,
    replaceOn: ['FunctionName', 'Name'],
    create: async (wanted) => put(wanted),
    update: async (_current, wanted) => put(wanted),
    async remove(_current, wanted) {
      ownerOf(registry, wanted.FunctionName)?.aliases.delete(wanted.Name);
    },
  };
}

/** The function, unless it was removed first. */
export function ownerOf(registry: FunctionRegistry, reference: string) {
  const name = reference.split(':function:').at(-1)?.split(':')[0] ?? reference;
  return registry.get(name);
}

/** The execution role of a function of a template that is named by its name or ARN, with or without a qualifier; else ''. */
export function roleOf(reference: string, all: readonly ExistingResource[]): string {
  const found = all.find(({ type, provisioned: { physicalId, attributes } }) => {
    if (type.type !== 'AWS::Lambda::Function') return false;
    return physicalId === reference || attributes.Arn === reference || reference.startsWith(`${attributes.Arn}:`);
  });
  return String((found?.properties as { Role?: string } | undefined)?.Role ?? '');
}
