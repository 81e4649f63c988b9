import { z } from 'zod';
import type { Operation } from '../../core/service.ts';
import { busArn } from '../buses.ts';
import { eventsOperation } from '../operations/operation.ts';
import { type Archive, type Archives, archiveArn } from './archives.ts';

const MAX_PAGE = 100;

/** What can be asked of archives over the wire; templates make them. */
export function archiveOperations(archives: Archives): Record<string, Operation> {
  const summary = (archive: Archive) => {
    const { events, bytes } = archives.sizeOf(archive);
    return {
      ArchiveName: archive.name,
      EventSourceArn: busArn(archive.busName),
      State: 'ENABLED',
      RetentionDays: archive.retentionDays,
      SizeBytes: bytes,
      EventCount: events,
      CreationTime: archive.createdMs / 1000,
    };
  };
  return {
    DescribeArchive: eventsOperation('DescribeArchive', {
      input: z.strictObject({ ArchiveName: z.string().min(1).max(48) }),
      permissions: ({ ArchiveName }) => [{ action: 'events:DescribeArchive', resource: archiveArn(ArchiveName) }],
      run({ ArchiveName }) {
        const archive = archives.find(ArchiveName);
        const { description, eventPattern } = archive;
        return {
          ArchiveArn: archiveArn(archive.name),
          ...summary(archive),
          ...(description !== undefined && { Description: description }),
          ...(eventPattern !== undefined && { EventPattern: eventPattern }),
        };
      },
    }),
    ListArchives: eventsOperation('ListArchives', {
      input: z.strictObject({
        NamePrefix: z.string().default(''),
        EventSourceArn: z.string().optional(),
        Limit: z.int().min(1).max(MAX_PAGE).default(MAX_PAGE),
      }),
      permissions: () => [{ action: 'events:ListArchives', resource: '*' }],
      run: ({ NamePrefix, EventSourceArn, Limit }) => ({
        Archives: archives
          .list()
          .filter(({ name }) => name.startsWith(NamePrefix))
          .filter(({ busName }) => EventSourceArn === undefined || busArn(busName) === EventSourceArn)
          .slice(0, Limit)
          .map(summary),
      }),
    }),
  };
}
