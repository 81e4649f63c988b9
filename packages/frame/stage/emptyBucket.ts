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
      await deleteObjects(client, bucket.name, page);
      deleted += page.length;
    }
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error;
  }
  return deleted;
}

/** S3 deletes so many at once: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const AT_ONCE = 1000;

/** Deletes objects, however many. Throws FrameError for one that S3 does not let go, and what S3 refuses. */
export async function deleteObjects(
  client: S3Client,
  Bucket: string,
  objects: readonly ObjectIdentifier[],
): Promise<void> {
  for (let at = 0; at < objects.length; at += AT_ONCE) {
    const Delete = { Objects: objects.slice(at, at + AT_ONCE), Quiet: true };
    const { Errors: [refused] = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete }));
    if (refused) throw new FrameError(`${Bucket}/${refused.Key} cannot be deleted: ${refused.Message}`);
  }
}

async function firstPage(client: S3Client, { name, isVersioned }: FilledBucket): Promise<ObjectIdentifier[]> {
  if (isVersioned) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
    return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  }
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
  return Contents.map(({ Key }) => ({ Key }));
}
