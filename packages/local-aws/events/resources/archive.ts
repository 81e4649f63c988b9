import { z } from 'zod';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../../core/resource.ts';
import { type Archive, type Archives, archiveArn } from '../archives/archives.ts';
import { type Buses, busArn } from '../buses.ts';
import { eventPattern } from './eventPattern.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html */
const MAX_NAME = 48;
/** docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html */
const properties = z.strictObject({
  ArchiveName: z
    .string()
    .regex(/^[.\-_A-Za-z0-9]{1,48}$/)
    .optional(),
  Description: z.string().max(512).optional(),
  EventPattern: eventPattern.optional(),
  RetentionDays: z.int().min(0).default(0),
  SourceArn: z.string().startsWith(busArn(''), 'must be the ARN of an event bus of this account'),
  KmsKeyIdentifier: inert('events are not encrypted on a laptop'),
});
type Properties = z.output<typeof properties>;

/** `AWS::Events::Archive`. Its events stay over restarts and changes, and go with it. */
export function archiveType(archives: Archives, buses: Buses): ResourceType<Properties> {
  const provisioned = ({ name }: Archive): Provisioned => ({
    physicalId: name,
    attributes: { Arn: archiveArn(name), ArchiveName: name },
  });
  const nameOf = ({ ArchiveName }: Properties, context: ResourceContext) =>
    ArchiveName ?? context.generateName({ maxLength: MAX_NAME });
  const busOf = ({ SourceArn }: Properties) => buses.find(SourceArn.slice(busArn('').length)).name;
  const settings = ({ Description, EventPattern, RetentionDays }: Properties) => ({
    retentionDays: RetentionDays,
    ...(Description !== undefined && { description: Description }),
    ...(EventPattern !== undefined && { eventPattern: EventPattern }),
  });
  return {
    type: 'AWS::Events::Archive',
    properties,
    replaceOn: ['ArchiveName', 'SourceArn'],
    create: async (wanted, context) =>
      provisioned(
        archives.create({
          owner: context.stackName,
          name: nameOf(wanted, context),
          busName: busOf(wanted),
          ...settings(wanted),
        }),
      ),
    async adopt(wanted, context) {
      const archive = archives.get(nameOf(wanted, context));
      if (archive?.owner !== context.stackName || archive.busName !== busOf(wanted)) return undefined;
      return provisioned(archives.change(archive, settings(wanted)));
    },
    update: async (current, wanted) =>
      provisioned(archives.change(archives.find(current.physicalId), settings(wanted))),
    remove: async (current) => archives.remove(current.physicalId),
    retain: async (current) => archives.retain(archives.find(current.physicalId)),
  };
}
