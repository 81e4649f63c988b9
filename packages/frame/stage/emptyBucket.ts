import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchBucket,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import { FrameError } from '../errors.ts';

/** A bucket of a stack. */
export interface FilledBucket {
  name: string;
  /** It keeps older versions of what was deleted. */
  isVersioned: boolean;
}

/**
 * Deletes all that is in a bucket, older versions too. Gives how many; 0 for a bucket that is not there. Throws FrameError for an object
 * that S3 does not let go, and what S3 refuses.
 */
export async function emptyBucket(client: S3Client, bucket: FilledBucket): Promise<number> {
  let deleted = 0;
  try {
    // What is deleted is not listed again: each page is the first.
    for (let page = await firstPage(client, bucket); page.length > 0; page = await firstPage(client, bucket)) {
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects: page, Quiet: true } }),
      );
      const [refused] = Errors;
      if (refused) throw new FrameError(`${bucket.name}/${refused.Key} cannot be deleted: ${refused.Message}`);
      deleted += page.length;
    }
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error;
  }
  return deleted;
}

async function firstPage(client: S3Client, { name, isVersioned }: FilledBucket): Promise<ObjectIdentifier[]> {
  if (isVersioned) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
    return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  }
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
  return Contents.map(({ Key }) => ({ Key }));
}
