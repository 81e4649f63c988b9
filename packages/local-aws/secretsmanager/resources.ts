import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../core/resource.ts';
import { generated, generateSecretString } from './generate.ts';
import type { Secret, Secrets } from './secrets.ts';

/** The longest name and the longest value, in characters. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const MAX_NAME = 512;
const MAX_VALUE = 65_536;

const properties = z
  .strictObject({
    Name: z
      .string()
      .min(1)
      .max(MAX_NAME)
      .regex(/^[\w/+=.@-]+$/, 'holds a character other than letters, digits and /_+=.@-')
      .optional(),
    Description: z.string().max(2048).optional(),
    SecretString: z.string().min(1).max(MAX_VALUE).optional(),
    GenerateSecretString: generateSecretString.optional(),
    KmsKeyId: inert("secrets are not encrypted on a laptop: the file that they are in is its owner's alone"),
    Tags: inert('tags have no effect on a laptop'),
  })
  .refine(
    ({ SecretString, GenerateSecretString }) => SecretString === undefined || GenerateSecretString === undefined,
    "You can't specify both SecretString and GenerateSecretString",
  );
type Properties = z.output<typeof properties>;

/** `AWS::SecretsManager::Secret`. What was generated stays until what is to be generated changes. */
export function secretType(secrets: Secrets): ResourceType<Properties> {
  const provisioned = ({ arn }: Secret): Provisioned => ({ physicalId: arn, attributes: { Id: arn } });
  const nameOf = ({ Name }: Properties, context: ResourceContext) =>
    Name ?? context.generateName({ maxLength: MAX_NAME });
  const textOf = ({ SecretString, GenerateSecretString }: Properties) =>
    GenerateSecretString ? generated(GenerateSecretString) : SecretString;
  const wanted = ({ Description }: Properties, value: string | undefined) => ({
    ...(Description !== undefined && { description: Description }),
    ...(value !== undefined && { value }),
  });
  return {
    type: 'AWS::SecretsManager::Secret',
    properties,
    replaceOn: ['Name'],
    create: async (properties, context) =>
      provisioned(
        secrets.create({
          owner: context.stackName,
          name: nameOf(properties, context),
          ...wanted(properties, textOf(properties)),
        }),
      ),
    async adopt(properties, context) {
      const secret = secrets.get(nameOf(properties, context));
      if (secret?.owner !== context.stackName) return undefined;
      const value = properties.GenerateSecretString ? secret.value : properties.SecretString;
      return provisioned(secrets.change(secret, wanted(properties, value)));
    },
    async update(current, properties, previous) {
      const secret = secrets.find(current.physicalId);
      const isSame = isDeepStrictEqual(properties.GenerateSecretString, previous.GenerateSecretString);
      const value = properties.GenerateSecretString && isSame ? secret.value : textOf(properties);
      return provisioned(secrets.change(secret, wanted(properties, value)));
    },
    remove: async ({ physicalId }) => {
      const secret = secrets.list().find(({ arn }) => arn === physicalId);
      if (secret) secrets.remove(secret.name);
    },
    retain: async ({ physicalId }) => secrets.retain(secrets.find(physicalId)),
  };
}
