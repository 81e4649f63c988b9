import { type CloudFormationTemplate, type Properties, referencesIn } from './template.ts';

/** The roles that a template's identity pool gives, by itself or as a user pool's groups say. */
export const rolesOfIdentities = ({ Resources }: CloudFormationTemplate, id: string): string[] =>
  Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
    if (Type === 'AWS::Cognito::UserPoolGroup') return referencesIn(Properties.RoleArn);
    const isIts =
      Type === 'AWS::Cognito::IdentityPoolRoleAttachment' && referencesIn(Properties.IdentityPoolId)[0] === id;
    return isIts ? Object.values({ ...(Properties.Roles as Properties) }).flatMap(referencesIn) : [];
  });
