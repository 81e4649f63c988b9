import { INTEGRATION_SESSION } from '../apigateway/integrations/invoke.ts';
import type { StackDescription } from '../cloudformation/index.ts';
import { IDENTITY_SESSION } from '../cognito/identity/operations.ts';
import { arnOf, sessionArn } from '../core/arn.ts';
import { sessionNameOf } from '../lambda/functionIam.ts';
import { parameterArn } from '../ssm/names.ts';

/**
 * Gives for a logical id of the stack all that the journal may call the resource by, as `from` or `to`. `roleOf` gives the ARN of a
 * function's role.
 */
export function arnsIn(
  { resources }: StackDescription,
  roleOf: (functionName: string) => string | undefined,
): (logicalId: string) => string[] {
  const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const types = new Set(resources.map(({ type }) => type));
  const arnsOfType = (wanted: string) =>
    resources.flatMap(({ type, attributes }) => (type === wanted ? (attributes.Arn ?? []) : []));
  const ofFunctions = new Set(
    resources.map(({ type, physicalId }) => (type === 'AWS::Lambda::Function' ? roleOf(physicalId) : undefined)),
  );
  const others = arnsOfType('AWS::IAM::Role').filter((arn) => !ofFunctions.has(arn));
  return (logicalId) => {
    const resource = byId.get(logicalId);
    if (!resource) return [];
    const { type, physicalId, attributes } = resource;
    const arn = attributes.Arn ?? physicalId;
    switch (type) {
      case 'AWS::Lambda::Function': {
        const role = roleOf(physicalId);
        return [arn, ...(role === undefined ? [] : [sessionArn(role, sessionNameOf(physicalId))])];
      }
      case 'AWS::ApiGateway::RestApi':
      case 'AWS::ApiGatewayV2::Api': {
        // As the source of invocations, and where it calls services itself, with a role of its own: the REST API, where there is one.
        const callsItself = type === 'AWS::ApiGateway::RestApi' || !types.has('AWS::ApiGateway::RestApi');
        const roles = callsItself ? others.map((role) => sessionArn(role, INTEGRATION_SESSION)) : [];
        return [arnOf('execute-api', physicalId), ...roles];
      }
      case 'AWS::Cognito::IdentityPool':
        return others.map((role) => sessionArn(role, IDENTITY_SESSION));
      case 'AWS::SSM::Parameter':
        return [parameterArn(physicalId)];
      case 'AWS::Events::EventBus':
        // What its rules bring and leave goes by their names.
        return [arn, ...arnsOfType('AWS::Events::Rule').filter((rule) => rule.includes(`:rule/${physicalId}/`))];
      default:
        // Of a log group with all that is in it.
        return arn.startsWith('arn:') ? [arn.replace(/:\*$/, '')] : [];
    }
  };
}
