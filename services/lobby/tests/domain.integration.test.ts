import { CompileError, compileService } from '@arcade/local-aws/testkit';
import { describe, expect, it } from '@jest/globals';
import { SERVICE_FOLDER } from './aws.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
const ACL = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1';
const DOMAIN = { domainName: 'arcade.example', certificateArn: CERTIFICATE };

interface Compiled {
  Conditions: Record<string, Condition>;
  Resources: Record<string, { Condition?: string; Properties: Record<string, unknown> }>;
}
type Condition = { 'Fn::Equals': string[] } | { 'Fn::Not': Condition[] } | { 'Fn::And': Condition[] } | NamedCondition;
interface NamedCondition {
  Condition: string;
}

/** Which of the template's conditions hold. */
function holding({ Conditions }: Compiled): string[] {
  const holds = (condition: Condition): boolean => {
    if ('Fn::Equals' in condition) return new Set(condition['Fn::Equals']).size === 1;
    if ('Fn::Not' in condition) return !condition['Fn::Not'].every(holds);
    if ('Fn::And' in condition) return condition['Fn::And'].every(holds);
    const named = Conditions[condition.Condition];
    return named !== undefined && holds(named);
  };
  return Object.entries(Conditions)
    .filter(([, condition]) => holds(condition))
    .map(([name]) => name)
    .sort();
}

const compiled = async (params: Record<string, string>) =>
  (await compileService(SERVICE_FOLDER, { stage: 'dev', params })).template as unknown as Compiled;

describe('a domain of one’s own', () => {
  it.each([
    ['none', {}, []],
    ['one', DOMAIN, ['HasDomain']],
    ['one with its zone', { ...DOMAIN, hostedZoneId: 'Z1' }, ['HasDomain', 'HasZone']],
    ['none, but a web ACL', { webAclArn: ACL }, ['HasWebAcl']],
  ])('%s: the template with %j has on %j', async (_what, params, expected) => {
    const template = await compiled(params);
    const told = { domainName: '', certificateArn: '', webAclArn: '', ...params };
    const { Site, SiteRecord, SiteRecordV6 } = template.Resources;

    expect(holding(template)).toEqual(expected);
    expect([SiteRecord?.Condition, SiteRecordV6?.Condition]).toEqual(['HasZone', 'HasZone']);
    expect(Site?.Properties.DistributionConfig).toMatchObject({
      Aliases: { 'Fn::If': ['HasDomain', [told.domainName], { Ref: 'AWS::NoValue' }] },
      ViewerCertificate: { 'Fn::If': ['HasDomain', { AcmCertificateArn: told.certificateArn }, {}] },
      WebACLId: { 'Fn::If': ['HasWebAcl', told.webAclArn, { Ref: 'AWS::NoValue' }] },
    });
  });

  it.each([
    [{ domainName: 'arcade.example' }, 'the param domainName does nothing without the param certificateArn'],
    [{ certificateArn: CERTIFICATE }, 'the param certificateArn does nothing without the param domainName'],
    [{ hostedZoneId: 'Z1' }, 'the param hostedZoneId does nothing without the param domainName'],
  ])('is refused when it is packaged half told: %j', async (params, sentence) => {
    const failure = await compiled(params).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(CompileError);
    expect(String(failure)).toContain(sentence);
  });
});
