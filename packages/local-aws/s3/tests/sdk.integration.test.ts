import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectAclCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

const Bucket = 'attic';
let stateFolder: string;
let aws: LocalAws;
let s3: S3Client;

const start = async () => {
  aws = await startLocalAws({ stateFolder });
  s3 = new S3Client(aws.rootClientConfig);
};
const stop = async () => {
  s3.destroy();
  await aws.stop();
};
const put = (Key: string, Body: PutObjectCommandInput['Body'], more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(
    new PutObjectCommand({
      Bucket,
      Key,
      Body,
      ...(typeof Body === 'string' && { ContentLength: Body.length }),
      ...more,
    }),
  );
const read = async (Key: string, more: object = {}) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: await answer.Body?.transformToString() };
};
const list = async (more: object = {}) => s3.send(new ListObjectsV2Command({ Bucket, ...more }));
const bodies = async () => {
  const root = join(stateFolder, 'objects');
  const folders = await readdir(root);
  return (await Promise.all(folders.map((folder) => readdir(join(root, folder))))).flat();
};

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 's3-'));
  await start();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  await stop();
  await rm(stateFolder, { recursive: true });
});

describe('objects', () => {
  it('are what was put, whole and in part, with what was said of them', async () => {
    const said = { ContentType: 'text/plain', CacheControl: 'no-cache', Metadata: { player: 'ann' } };
    const { ETag } = await put('notes/a b+ä.txt', 'hello world', said);

    expect(ETag).toBe('"5eb63bbbe01eeed093cb22bb8f5acdc3"');
    expect(await read('notes/a b+ä.txt')).toMatchObject({ ...said, ETag, text: 'hello world', ContentLength: 11 });
    expect(await read('notes/a b+ä.txt', { Range: 'bytes=-5' })).toMatchObject({
      text: 'world',
      ContentRange: 'bytes 6-10/11',
    });
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'notes/a b+ä.txt' }))).toMatchObject({
      ContentLength: 11,
      LastModified: new Date(aws.clock.now()),
    });
    await expect(read('notes/a b+ä.txt', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(put('notes/a b+ä.txt', 'other', { IfNoneMatch: '*' })).rejects.toThrow('pre-conditions');
  });

  it('come as a stream of unknown length, summed up behind it, and go as one', async () => {
    const piece = Buffer.alloc(300_000, 'x');
    const body = Readable.from([piece, piece, piece, piece]);

    const { ChecksumCRC32 } = await put('big', body, {
      ContentLength: 1_200_000,
      ContentEncoding: 'gzip',
      ChecksumAlgorithm: 'CRC32',
    });

    const found = await read('big');
    expect(found).toMatchObject({ ContentLength: 1_200_000, ContentEncoding: 'gzip', ChecksumCRC32 });
    expect(found.text === 'x'.repeat(1_200_000)).toBe(true);
  });

  it.each([
    ['a checksum that does not fit', { ChecksumCRC32: 'AAAAAA==' }, 'BadDigest'],
    ['an MD5 that does not fit', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest'],
    ['a checksum that nobody verifies', { ChecksumCRC32C: 'AAAAAA==' }, 'NotSupportedByLocalAws'],
    ['what is not executed', { StorageClass: 'GLACIER' }, 'InvalidArgument'],
    ['a parameter that is not known', { ACL: 'public-read' }, 'NotSupportedByLocalAws'],
  ] as const)('are not written with %s, and what there was stays', async (_what, more, name) => {
    await put('kept', 'before');

    await expect(put('kept', 'after', more)).rejects.toMatchObject({ name });

    expect((await read('kept')).text).toBe('before');
    expect(await bodies()).toHaveLength(1);
  });

  it('are copied and deleted, one and many', async () => {
    await put('a', 'one', { ContentType: 'text/plain', Metadata: { by: 'ann' } });
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'b/ü', CopySource: `${Bucket}/a` }));
    await put('c', 'before');
    await put('c', 'three');

    expect(await read('b/ü')).toMatchObject({ text: 'one', ContentType: 'text/plain', Metadata: { by: 'ann' } });

    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'never-there' }));
    const Objects = [{ Key: 'b/ü' }, { Key: 'never-there' }];
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

    expect(Deleted).toEqual(Objects);
    expect((await list()).Contents?.map(({ Key }) => Key)).toEqual(['c']);
    await expect(read('a')).rejects.toMatchObject({ name: 'NoSuchKey', Key: 'a' });
    expect(await bodies()).toHaveLength(1);
  });

  it('are listed page by page, in folders, in both versions', async () => {
    for (const key of ['a', 'b/1', 'b/2', 'c d&<', 'e']) await put(key, key);

    const first = await list({ MaxKeys: 2, Delimiter: '/' });
    const second = await list({ MaxKeys: 2, Delimiter: '/', ContinuationToken: first.NextContinuationToken });
    const old = await s3.send(new ListObjectsCommand({ Bucket, Marker: 'b/1', MaxKeys: 2 }));
    const spelled = await s3.send(new ListObjectsCommand({ Bucket, Prefix: 'c', EncodingType: 'url' }));

    expect(first).toMatchObject({ KeyCount: 2, IsTruncated: true, CommonPrefixes: [{ Prefix: 'b/' }] });
    expect(second).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'c d&<', Size: 5 }, { Key: 'e' }] });
    expect(old).toMatchObject({ IsTruncated: true, Contents: [{ Key: 'b/2' }, { Key: 'c d&<' }] });
    expect(old.NextMarker).toBeUndefined();
    expect(spelled.Contents?.[0]?.Key).toBe('c%20d%26%3C');
    await expect(list({ ContinuationToken: 'xx' })).rejects.toThrow('The continuation token provided is incorrect');
  });
});

describe('buckets', () => {
  it('are made, listed, and deleted when they are empty', async () => {
    await put('a', 'x');

    await expect(s3.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    await expect(s3.send(new CreateBucketCommand({ Bucket: 'No_Name' }))).rejects.toThrow('not valid');
    await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
    await s3.send(new DeleteBucketCommand({ Bucket }));

    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    await expect(put('a', 'x')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('refuse by name what they do not do', async () => {
    await expect(s3.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'private' }))).rejects.toThrow(
      'local-aws does not support the operation s3:PutObjectAcl',
    );
    const part = new UploadPartCommand({ Bucket, Key: 'a', UploadId: 'u', PartNumber: 1, Body: 'x' });
    await expect(s3.send(part)).rejects.toThrow('the operation s3:UploadPart');
  });

  it('are there after a restart with all that is in them, and nothing else lies about', async () => {
    await put('a', 'one', { ContentType: 'text/plain' });
    await put('a', 'two', { ContentType: 'text/plain' });
    await put('b', '');
    await stop();

    await start();

    expect(await read('a')).toMatchObject({ text: 'two', ContentType: 'text/plain' });
    expect(await read('b')).toMatchObject({ text: '', ContentLength: 0 });
    expect(await bodies()).toHaveLength(2);
  });
});

/** A bucket of a template, a role that may read a part of it, and what the bucket's policy says. */
const template = (more: object = {}, statement?: object) => ({
  Resources: {
    Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'site', ...more } },
    ...(statement && {
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Site' },
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', ...statement }] },
        },
      },
    }),
    Reader: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'reader',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'reads',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': `\${Site.Arn}/open/*` } },
                {
                  Effect: 'Allow',
                  Action: 's3:ListBucket',
                  Resource: { 'Fn::GetAtt': ['Site', 'Arn'] },
                  Condition: { StringLike: { 's3:prefix': 'open/*' } },
                },
              ],
            },
          },
        ],
      },
    },
  },
  Outputs: { Url: { Value: { 'Fn::GetAtt': ['Site', 'WebsiteURL'] } } },
});
const deploy = (body: object) => aws.cloud.stacks.deploy({ stackName: 'web', template: body });

/** Asks the web site as a browser would, which finds its host on this machine. */
const visit = (path: string, method = 'GET') =>
  new Promise<{ status: number | undefined; location: string | undefined; type: string | undefined; text: string }>(
    (resolve, reject) => {
      const url = new URL(path, aws.outputs('web').Url);
      const options = { host: '127.0.0.1', port: url.port, path, method, headers: { host: url.host } };
      httpRequest(options, async (answer) => {
        const { location, 'content-type': type } = answer.headers;
        resolve({ status: answer.statusCode, location, type, text: (await answer.toArray()).join('') });
      })
        .on('error', reject)
        .end();
    },
  );

const OPEN = { BlockPublicPolicy: false, RestrictPublicBuckets: false };
const SITE = {
  WebsiteConfiguration: { IndexDocument: 'index.html', ErrorDocument: 'lost.html' },
  PublicAccessBlockConfiguration: OPEN,
};
const READ_ALL = { Action: 's3:GetObject', Resource: { 'Fn::Sub': `\${Site.Arn}/*` } };

describe('a bucket of a template', () => {
  it('is read as roles allow, and says of what is not there only what one may know', async () => {
    await deploy(template());
    for (const Key of ['open/a', 'shut/a']) await put(Key, Key, { Bucket: 'site' });
    const credentials = aws.cloud.iam.credentialsFor('arn:aws:iam::000000000000:role/reader');
    const reader = new S3Client({ ...aws.rootClientConfig, credentials });
    const get = (Key: string) => reader.send(new GetObjectCommand({ Bucket: 'site', Key }));

    expect(await (await get('open/a')).Body?.transformToString()).toBe('open/a');
    await expect(get('shut/a')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(get('open/none')).rejects.toMatchObject({ name: 'AccessDenied' });
    const open = await reader.send(new ListObjectsV2Command({ Bucket: 'site', Prefix: 'open/' }));
    expect(open.KeyCount).toBe(1);
    await expect(reader.send(new ListObjectsV2Command({ Bucket: 'site' }))).rejects.toThrow('s3:ListBucket');
    const Objects = [{ Key: 'open/a' }];
    const { Errors } = await reader.send(new DeleteObjectsCommand({ Bucket: 'site', Delete: { Objects } }));
    expect(Errors).toMatchObject([{ Key: 'open/a', Code: 'AccessDenied' }]);
    reader.destroy();
  });

  it('stays with what is in it when its stack comes back, and when the stack lets go of it', async () => {
    const kept = template();
    await deploy(kept);
    await put('a', 'x', { Bucket: 'site' });
    await stop();
    await start();
    await deploy(kept);
    expect((await list({ Bucket: 'site' })).KeyCount).toBe(1);

    Object.assign(kept.Resources.Site, { DeletionPolicy: 'Retain' });
    await deploy(kept);
    await aws.cloud.stacks.remove('web');
    await stop();
    await start();

    expect((await list({ Bucket: 'site' })).KeyCount).toBe(1);
  });

  it('is another one when its stack is made again, and the first was left behind', async () => {
    const nameless = {
      Resources: { Site: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' } },
      Outputs: { Name: { Value: { Ref: 'Site' } } },
    };
    const first = (await deploy(nameless)).outputs.Name;
    await aws.cloud.stacks.remove('web');
    const second = (await deploy(nameless)).outputs.Name;
    await stop();
    await start();

    expect(new Set([first, second, Bucket]).size).toBe(3);
    expect(aws.outputs('web').Name).toBe(second);
    expect((await s3.send(new ListBucketsCommand({}))).Buckets).toHaveLength(3);
  });

  it('is a web site for everybody whom its policy lets in', async () => {
    await deploy(template(SITE, READ_ALL));
    const pages = { 'index.html': 'home', 'help/index.html': 'help', 'lost.html': 'lost', 'a b.js': 'code' };
    for (const [Key, body] of Object.entries(pages)) await put(Key, body, { Bucket: 'site', ContentType: 'text/html' });
    await put('old', '', { Bucket: 'site', WebsiteRedirectLocation: '/help/' });

    expect(await visit('/')).toMatchObject({ status: 200, text: 'home', type: 'text/html' });
    expect(await visit('/a%20b.js?v=1')).toMatchObject({ status: 200, text: 'code' });
    expect(await visit('/help')).toMatchObject({ status: 302, location: '/help/' });
    expect(await visit('/help/')).toMatchObject({ status: 200, text: 'help' });
    expect(await visit('/old')).toMatchObject({ status: 301, location: '/help/' });
    // Whoever may not list is not told that there is none.
    expect(await visit('/_local/health')).toMatchObject({ status: 403, text: 'lost' });
    expect(await visit('/', 'POST')).toMatchObject({ status: 405 });
  });

  it('is no web site without being made one, and for nobody without a policy', async () => {
    await deploy(template({ PublicAccessBlockConfiguration: OPEN }, READ_ALL));
    expect(await visit('/')).toMatchObject({
      status: 404,
      text: expect.stringContaining('NoSuchWebsiteConfiguration'),
    });

    await deploy(template(SITE));
    await put('index.html', 'home', { Bucket: 'site' });
    expect(await visit('/')).toMatchObject({ status: 403, text: expect.stringContaining('AccessDenied') });
  });

  it('takes no policy for everybody unless its template opens it', async () => {
    await expect(deploy(template({ ...SITE, PublicAccessBlockConfiguration: undefined }, READ_ALL))).rejects.toThrow(
      'BlockPublicPolicy',
    );
    await deploy(
      template({ ...SITE, PublicAccessBlockConfiguration: { ...OPEN, RestrictPublicBuckets: true } }, READ_ALL),
    );
    await put('index.html', 'home', { Bucket: 'site' });
    expect(await visit('/')).toMatchObject({ status: 403 });
  });

  it('is refused with a property that is not executed', async () => {
    await expect(deploy(template({ VersioningConfiguration: { Status: 'Enabled' } }))).rejects.toThrow(
      'VersioningConfiguration',
    );
  });
});
