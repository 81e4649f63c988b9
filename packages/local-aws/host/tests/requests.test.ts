import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { requestsFor } from '../requests.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'requests-'));
  await writeFile(join(folder, 'serverless-compose.yml'), 'services: { one: { path: /far/one }, two: { path: two } }');
});
afterEach(() => rm(folder, { recursive: true }));

describe('requestsFor', () => {
  it('asks for services with the serverless-compose.yml that names them, wherever they lie', () => {
    const wanted = requestsFor('all', folder);

    expect(wanted).toMatchObject([
      { name: 'one', folder: '/far/one', composeFolder: folder, stage: 'local' },
      { name: 'two', folder: join(folder, 'two'), composeFolder: folder, stage: 'local' },
    ]);
    expect(requestsFor(['two'], folder)).toEqual([wanted[1]]);
  });

  it('refuses a name that is none, and asks for nothing where there is no such file', () => {
    expect(() => requestsFor(['three'], folder)).toThrow('three');
    expect(requestsFor('all', undefined)).toEqual([]);
  });
});
