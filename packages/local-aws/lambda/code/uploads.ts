import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import { ROOT } from '../../core/principal.ts';
import { StreamAnswer } from '../../core/service.ts';
import type { FunctionCode } from '../runtime/runtime.ts';
import { readZip, ZipError, type ZipFile } from './zip.ts';

/** Where the code of functions is, in the state folder: a folder for each archive. */
export const CODE_FOLDER = 'code';
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: what is unpacked, layers included. */
const MOST_UNPACKED_BYTES = 262_144_000;
/** AWS takes any archive that unpacks to no more; what is read into memory is bounded here. */
const MOST_PACKED_BYTES = MOST_UNPACKED_BYTES;
/** AWS names no figure. */
const MOST_FILES = 10_000;
/** What Lambda looks for, in its order. */
const EXTENSIONS = ['.js', '.mjs', '.cjs'];

const codeProperties = z.strictObject({ S3Bucket: z.string().min(1), S3Key: z.string().min(1) });

/** An archive that was taken, as it is kept. */
export type Archive = NonNullable<FunctionCode['archive']>;

/** The uploaded code of all functions. */
export interface Uploads {
  /** Takes the archive that a function's property `Code` names. Throws AwsError. */
  take(code: unknown, handler: string): Promise<FunctionCode>;
  /** One that was taken before. */
  at(archive: Archive, handler: string): FunctionCode;
  /** Removes what none of these archives is: what an earlier run has left. */
  sweep(used: readonly Archive[]): void;
  close(): void;
}

/**
 * Takes archives from S3, with the owner's rights, and unpacks each once: below the state folder, or where there is none, in one that
 * goes with the process. `isTrusted` says whether nobody else can have put them into the bucket.
 */
export function createUploads(core: Core, isTrusted: (bucket: string) => boolean): Uploads {
  let folder = core.stateFolder === undefined ? undefined : join(core.stateFolder, CODE_FOLDER);
  const root = () => {
    folder ??= mkdtempSync(join(tmpdir(), `local-aws-${process.pid}-`));
    return folder;
  };
  const folderOf = ({ sha256 }: Archive) => join(root(), sha256);
  const at: Uploads['at'] = (archive, handler) => codeIn(folderOf(archive), archive, handler);
  return {
    at,
    async take(given, handler) {
      const checked = codeProperties.safeParse(given);
      if (!checked.success) throw invalid(`Code: ${describeIssue(checked.error)}`);
      const { S3Bucket, S3Key } = checked.data;
      if (!isTrusted(S3Bucket)) throw untrusted(S3Bucket);
      const packed = await readObject(core, S3Bucket, S3Key);
      const sha256 = createHash('sha256').update(packed).digest('hex');
      const archive = { sha256, size: packed.length, takenMs: core.clock.now() };
      if (!existsSync(folderOf(archive))) await unpack(folderOf(archive), filesOf(packed, S3Key));
      return at(archive, handler);
    },
    sweep(used) {
      const names = new Set(used.map(({ sha256 }) => sha256));
      for (const name of folder !== undefined && existsSync(folder) ? readdirSync(folder) : [])
        if (!names.has(name)) rmSync(join(root(), name), { recursive: true, force: true });
    },
    close() {
      if (core.stateFolder === undefined && folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function describeIssue({ issues: [issue] }: z.ZodError): string {
  if (issue?.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not supported by local-aws`;
  return `${issue?.path.join('.')}: ${issue?.message}`;
}

function codeIn(folder: string, archive: Archive, handler: string): FunctionCode {
  const module = handler.slice(0, handler.lastIndexOf('.'));
  const candidates = EXTENSIONS.map((extension) => join(folder, `${module}${extension}`));
  // Where there is none, the function says so when it is invoked, as on AWS.
  const file = candidates.find((one) => existsSync(one)) ?? join(folder, module);
  return { kind: 'bundle', file, handler, archive };
}

async function readObject(core: Core, Bucket: string, Key: string): Promise<Buffer> {
  try {
    const answer = await core.call({ service: 's3', operation: 'GetObject', input: { Bucket, Key }, principal: ROOT });
    if (!(answer instanceof StreamAnswer)) throw new TypeError('S3 gave no body');
    if (Number(answer.headers['content-length']) > MOST_PACKED_BYTES) {
      answer.stream.destroy();
      throw invalid(`Zipped size must be smaller than ${MOST_PACKED_BYTES} bytes`);
    }
    return await buffer(answer.stream);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === INVALID) throw error;
    throw invalid(`Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`);
  }
}

function filesOf(packed: Buffer, key: string): ZipFile[] {
  try {
    const files = readZip(packed, { bytes: MOST_UNPACKED_BYTES, files: MOST_FILES });
    if (files.length === 0) throw new ZipError('it is empty');
    return files;
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw invalid(
      `Could not unzip uploaded file. Please check your file, then try to upload again. ${key}: ${error.message}.`,
    );
  }
}

/** All of an archive is there under its name, or nothing: also after a kill. */
async function unpack(folder: string, files: readonly ZipFile[]): Promise<void> {
  const unfinished = `${folder}.${randomUUID()}`;
  try {
    for (const { path, content } of files) {
      await mkdir(dirname(join(unfinished, path)), { recursive: true, mode: 0o700 });
      await writeFile(join(unfinished, path), content, { mode: 0o600, flag: 'wx' });
    }
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another deployment may have unpacked the same meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

const INVALID = 'InvalidParameterValueException';

const invalid = (message: string) => new AwsError(INVALID, message);

const untrusted = (bucket: string) =>
  invalid(
    `local-aws takes code only from the bucket that osls makes in a stack (ServerlessDeploymentBucket), where the owner alone may write: ` +
      `into ${bucket} everybody on this machine may`,
  );
