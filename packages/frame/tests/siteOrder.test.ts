import { expect, it } from '@jest/globals';
import { FrameError } from '../errors.ts';
import { bringTo } from '../site/site.ts';
import { fakeS3 } from './fakeS3.ts';

const fileOf = (key: string) => ({ key, body: Buffer.from(key), md5: key });
const listing = (...keys: string[]) =>
  `<ListBucketResult>${keys.map((key) => `<Contents><Key>${key}</Key><ETag>"x"</ETag></Contents>`).join('')}</ListBucketResult>`;

it('puts no page before all that it asks for is there, however few files there are', async () => {
  const { config, journal } = fakeS3(({ method }) => (method === 'GET' ? listing() : undefined));

  await bringTo({ getAwsSdkV3Config: async () => config }, 'site', ['index.html', 'assets/a.js', 'x.svg'].map(fileOf));

  const page = journal.findIndex((line) => line.includes('index.html'));
  const before = journal.slice(0, page).filter((line) => line.startsWith('done PUT'));
  expect(before.map((line) => line.split('/').slice(2).join('/')).sort()).toEqual([
    '_arcade/build.json',
    'assets/a.js',
    'x.svg',
  ]);
});

it('fails for what the bucket does not let go', async () => {
  const refusal = '<DeleteResult><Error><Key>old.html</Key><Message>Access Denied</Message></Error></DeleteResult>';
  const { config } = fakeS3(({ method }) =>
    method === 'GET' ? listing('old.html') : method === 'POST' ? refusal : undefined,
  );
  const brought = bringTo({ getAwsSdkV3Config: async () => config }, 'site', [fileOf('index.html')]);

  await expect(brought).rejects.toThrow(new FrameError('site/old.html cannot be deleted: Access Denied'));
});
