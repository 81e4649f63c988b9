const trusts = (Service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
});
const attOf = (name: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [name, attribute] });

const REQUEST = [
  '#set($claims = $context.authorizer.claims)',
  `#set($session = $util.escapeJavaScript($input.path('$.sessionId')).replaceAll("\\\\'", "'"))`,
  `#set($name = $util.escapeJavaScript($claims['cognito:username']).replaceAll("\\\\'", "'"))`,
  `#set($trial = $input.path('$.trial'))`,
  `#set($sequence = $input.path('$.sequence'))`,
  '#set($clf = $context.requestTime)',
  '#set($names = "JanFebMarAprMayJunJulAugSepOctNovDec")',
  '#set($numbers = "01-02-03-04-05-06-07-08-09-10-11-12-")',
  '#set($at = $names.indexOf($clf.substring(3, 6)))',
  '#set($month = $numbers.substring($at).substring(0, 3))',
  '#set($epochMs = "$context.requestTimeEpoch")',
  '#set($ms = $epochMs.substring(10))',
  '#set($zone = "Z")',
  `#set($q = '"')`,
  `{ "StreamName": "statuses", "PartitionKey": "$claims.sub", "Data": "$util.base64Encode("{\${q}id\${q}:\${q}$claims.sub.$session.$trial.$sequence\${q},\${q}time\${q}:\${q}$clf.substring(7, 11)-$month$clf.substring(0, 2)T$clf.substring(12, 20).$ms$zone\${q},\${q}correlationId\${q}:\${q}$claims.sub.$session.$trial\${q},\${q}type\${q}:\${q}status\${q},\${q}source\${q}:\${q}bench\${q},\${q}version\${q}:1,\${q}detail\${q}:{\${q}sessionId\${q}:\${q}$session\${q},\${q}player\${q}:\${q}$claims.sub\${q},\${q}name\${q}:\${q}$name\${q},\${q}trial\${q}:$trial,\${q}sequence\${q}:$sequence,\${q}sentAtMs\${q}:$input.path('$.sentAtMs'),\${q}score\${q}:$input.path('$.score'),\${q}lives\${q}:$input.path('$.lives'),\${q}shots\${q}:$input.path('$.shots'),\${q}level\${q}:$input.path('$.level')}}")" }`,
].join('\n');

const integer = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });

const MODEL = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  properties: {
    sessionId: { type: 'string', minLength: 1, maxLength: 64 },
    trial: integer(1, 9999),
    sequence: integer(1, 9_999_999),
    sentAtMs: integer(0, Number.MAX_SAFE_INTEGER),
    score: integer(0, 999_999_999),
    lives: integer(0, 3),
    shots: integer(0, 999_999),
    level: integer(1, 999),
  },
  required: ['sessionId', 'trial', 'sequence', 'sentAtMs', 'score', 'lives', 'shots', 'level'],
  additionalProperties: false,
};

const api = { RestApiId: { Ref: 'Api' } };

/** A closed API that puts what is posted to it onto a stream, without a function, as players' pages send how they stand. */
export const INGEST_STACK = {
  Resources: {
    Players: { Type: 'AWS::Cognito::UserPool', Properties: {} },
    Web: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: {
        UserPoolId: { Ref: 'Players' },
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      },
    },
    Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'statuses', ShardCount: 1 } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trusts('apigateway.amazonaws.com'),
        Policies: [
          {
            PolicyName: 'put',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'kinesis:PutRecord', Resource: attOf('Stream') }],
            },
          },
        ],
      },
    },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'ingest' } },
    Authorizer: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        ...api,
        Name: 'players',
        Type: 'COGNITO_USER_POOLS',
        IdentitySource: 'method.request.header.Authorization',
        ProviderARNs: [attOf('Players')],
        IdentityValidationExpression: { Ref: 'Web' },
      },
    },
    Model: {
      Type: 'AWS::ApiGateway::Model',
      Properties: { ...api, Name: 'Status', ContentType: 'application/json', Schema: MODEL },
    },
    Validator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: { ...api, Name: 'body', ValidateRequestBody: true },
    },
    Path: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { ...api, ParentId: attOf('Api', 'RootResourceId'), PathPart: 'status' },
    },
    Post: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        ...api,
        ResourceId: { Ref: 'Path' },
        HttpMethod: 'POST',
        AuthorizationType: 'COGNITO_USER_POOLS',
        AuthorizerId: { Ref: 'Authorizer' },
        RequestModels: { 'application/json': { Ref: 'Model' } },
        RequestValidatorId: { Ref: 'Validator' },
        MethodResponses: [
          { StatusCode: '202', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': true } },
        ],
        Integration: {
          Type: 'AWS',
          IntegrationHttpMethod: 'POST',
          Uri: 'arn:aws:apigateway:eu-west-1:kinesis:action/PutRecord',
          Credentials: attOf('Role'),
          PassthroughBehavior: 'NEVER',
          RequestTemplates: { 'application/json': REQUEST },
          IntegrationResponses: [
            {
              StatusCode: '202',
              ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" },
              ResponseTemplates: { 'application/json': '{}' },
            },
          ],
        },
      },
    },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { ...api, StageName: 'dev' }, DependsOn: ['Post'] },
  },
  Outputs: {
    PoolId: { Value: { Ref: 'Players' } },
    ClientId: { Value: { Ref: 'Web' } },
    ApiId: { Value: { Ref: 'Api' } },
  },
};
