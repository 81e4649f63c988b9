import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FrameError } from '../errors.ts';
import type { Account, Log } from '../plugin/serverlessTypes.ts';
import { deleteObjects } from '../stage/emptyBucket.ts';
import { deployedStack } from '../stage/stacks.ts';
import { BUILD_KEY, headersOf, isHashed, type SiteFile, sitePlan } from './plan.ts';

/** Pages that a service serves: what is under `frame.site`. */
export interface SiteSettings {
  /** The module, as the service would import it, whose `buildSite` writes the pages into a folder. */
  pages: string;
  /** The bucket's logical id. */
  bucket: string;
  /** The distribution's logical id. */
  distribution: string;
  /** What the pages are told of the stage: JSON by path, `_arcade/config`. */
  files: Readonly<Record<string, unknown>>;
}

/** Where a site is deployed from and to. */
export interface SitePlace {
  settings: SiteSettings;
  stackName: string;
  serviceDir: string;
}

/**
 * Brings the pages of a service to its stage: builds them, puts what has changed into the bucket, removes what is gone, and has the
 * distribution forget what it keeps. Throws FrameError when the stack has neither, and what AWS refuses.
 */
export async function deploySite(account: Account, log: Log, place: SitePlace): Promise<void> {
  const { settings, stackName, serviceDir } = place;
  const resources = (await deployedStack(account, stackName))?.resources ?? [];
  const idOf = (logicalId: string) => {
    const found = resources.find((resource) => resource.logicalId === logicalId);
    if (!found) throw new FrameError(`frame.site: the stack ${stackName} has no resource ${logicalId}`);
    return found.id;
  };
  const [bucket, distribution] = [idOf(settings.bucket), idOf(settings.distribution)];
  log.notice('Building the pages');
  const files = [...(await builtFiles(settings.pages, serviceDir)), ...told(settings.files)];
  const { put, removed } = await bringTo(account, bucket, files);
  if (put + removed === 0) return log.notice('The pages are as they were');
  await invalidate(account, distribution);
  log.notice(
    `The pages are there: ${put} files put, ${removed} removed; what was kept at the edge is forgotten within a minute or two`,
  );
}

async function builtFiles(pages: string, serviceDir: string): Promise<SiteFile[]> {
  const module = createRequire(join(serviceDir, 'package.json')).resolve(pages);
  const { buildSite } = (await import(pathToFileURL(module).href)) as { buildSite(folder: string): Promise<void> };
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  try {
    await buildSite(folder);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => siteFile(name.replaceAll(sep, '/'), readFileSync(join(folder, name))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const told = (files: SiteSettings['files']): SiteFile[] =>
  Object.entries(files).map(([key, value]) => siteFile(key, Buffer.from(JSON.stringify(value))));

function siteFile(key: string, body: Buffer): SiteFile {
  return { key, body, md5: createHash('md5').update(body).digest('hex') };
}

/** How many files are put at once. */
const AT_ONCE = 8;

/** Puts the files into the bucket, and removes what is gone. Gives how many of each. Throws FrameError for what stays, and what S3 refuses. */
export async function bringTo(
  account: Account,
  Bucket: string,
  files: readonly SiteFile[],
): Promise<{ put: number; removed: number }> {
  const { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client(await account.getAwsSdkV3Config());
  try {
    const present = new Map<string, string>();
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
      for (const { Key = '', ETag = '' } of Contents) present.set(Key, ETag.replaceAll('"', ''));
    const before = present.has(BUILD_KEY)
      ? await (await client.send(new GetObjectCommand({ Bucket, Key: BUILD_KEY }))).Body?.transformToString()
      : '[]';
    const hashed = files.map(({ key }) => key).filter(isHashed);
    const all = [...files, siteFile(BUILD_KEY, Buffer.from(JSON.stringify(hashed.toSorted())))];
    const { put, remove } = sitePlan(all, present, JSON.parse(before ?? '[]') as string[]);
    const putOne = ({ key, body }: SiteFile) =>
      client.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ...headersOf(key) }));
    for (const group of put) {
      for (let at = 0; at < group.length; at += AT_ONCE) await Promise.all(group.slice(at, at + AT_ONCE).map(putOne));
    }
    await deleteObjects(
      client,
      Bucket,
      remove.map((Key) => ({ Key })),
    );
    return { put: put.flat().length, removed: remove.length };
  } finally {
    client.destroy();
  }
}

async function invalidate(account: Account, DistributionId: string): Promise<void> {
  const { CloudFrontClient, CreateInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
  const client = new CloudFrontClient(await account.getAwsSdkV3Config());
  try {
    // One path, however many files: a thousand paths a month cost nothing.
    const Paths = { Quantity: 1, Items: ['/*'] };
    const CallerReference = `${Date.now()}`;
    await client.send(new CreateInvalidationCommand({ DistributionId, InvalidationBatch: { CallerReference, Paths } }));
  } finally {
    client.destroy();
  }
}
