import { createHash } from 'node:crypto';
import { type LocalAws, startLocalAws } from '@arcade/local-aws/testkit';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { bringTo } from '../site/site.ts';

const Bucket = 'site';
let aws: LocalAws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startLocalAws();
  s3 = new S3Client(aws.rootClientConfig);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  s3.destroy();
  await aws.stop();
});

const filesOf = (texts: Record<string, string>) =>
  Object.entries(texts).map(([key, text]) => {
    const body = Buffer.from(text);
    return { key, body, md5: createHash('md5').update(body).digest('hex') };
  });
const bring = (texts: Record<string, string>) =>
  bringTo({ getAwsSdkV3Config: async () => aws.rootClientConfig }, Bucket, filesOf(texts));
const keys = async () =>
  ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key ?? '');

it('brings the pages of one build after the other, and keeps what open pages of the one before still load', async () => {
  const first = await bring({ 'index.html': 'one', 'assets/a-1.js': '1', 'old.html': 'old' });
  const again = await bring({ 'index.html': 'one', 'assets/a-1.js': '1', 'old.html': 'old' });
  const second = await bring({ 'index.html': 'two', 'assets/a-2.js': '2' });
  const afterSecond = await keys();
  const third = await bring({ 'index.html': 'two', 'assets/a-3.js': '3' });
  const page = await s3.send(new GetObjectCommand({ Bucket, Key: 'index.html' }));
  const asset = await s3.send(new GetObjectCommand({ Bucket, Key: 'assets/a-3.js' }));

  expect([first, again, second, third]).toEqual([
    { put: 4, removed: 0 },
    { put: 0, removed: 0 },
    { put: 3, removed: 1 },
    { put: 2, removed: 1 },
  ]);
  expect(afterSecond).toEqual(['_arcade/build.json', 'assets/a-1.js', 'assets/a-2.js', 'index.html']);
  expect(await keys()).toEqual(['_arcade/build.json', 'assets/a-2.js', 'assets/a-3.js', 'index.html']);
  expect([page.CacheControl, page.ContentType]).toEqual(['no-cache', 'text/html; charset=utf-8']);
  expect(asset.CacheControl).toBe('public, max-age=31536000, immutable');
});
