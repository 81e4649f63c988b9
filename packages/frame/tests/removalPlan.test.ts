import { expect, it } from '@jest/globals';
import { removalPlan } from '../stage/removalPlan.ts';

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
    Archive: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' },
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
    retained: [bucket('Archive'), table],
  });
});
