import { expect, it } from '@jest/globals';
import { removalPlan } from '../stage/removalPlan.ts';
import { removeRetained } from '../stage/retained.ts';
import { fakeS3 } from './fakeS3.ts';

const bucket = (logicalId: string) => ({ logicalId, type: 'AWS::S3::Bucket', id: `the-${logicalId}` });
const table = { logicalId: 'Grants', type: 'AWS::DynamoDB::Table', id: 'grants' };
const template = {
  Resources: {
    ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' },
    Site: { Type: 'AWS::S3::Bucket' },
    Old: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Delete',
      Properties: { VersioningConfiguration: { Status: 'Enabled' } },
    },
    Archive: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      Properties: { VersioningConfiguration: { Status: 'Enabled' } },
    },
    Grants: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'RetainExceptOnCreate' },
  },
};

it('empties the buckets that go with their stack, and keeps those that outlive it', () => {
  const resources = [...['ServerlessDeploymentBucket', 'Site', 'Old', 'Archive'].map(bucket), table];

  expect(removalPlan(resources, template)).toEqual({
    emptied: [
      { name: 'the-Site', isVersioned: false },
      { name: 'the-Old', isVersioned: true },
    ],
    retained: [
      { ...bucket('Archive'), isVersioned: true },
      { ...table, isVersioned: false },
    ],
  });
});

it('removes a bucket that was retained with all older versions of what was in it', async () => {
  const older = '<ListVersionsResult><Version><Key>a</Key><VersionId>1</VersionId></Version></ListVersionsResult>';
  const answers = [older, '', '<ListVersionsResult></ListVersionsResult>', ''];
  const { config, journal } = fakeS3(() => answers.shift());

  await removeRetained({ getAwsSdkV3Config: async () => config }, [{ ...bucket('Archive'), isVersioned: true }]);

  expect(journal.filter((line) => !line.startsWith('done'))).toEqual([
    expect.stringMatching(/^GET .*[?]versions$/),
    expect.stringMatching(/^POST /),
    expect.stringMatching(/^GET .*[?]versions$/),
    expect.stringMatching(/^DELETE /),
  ]);
});
