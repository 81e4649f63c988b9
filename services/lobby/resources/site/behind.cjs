// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of osls and of Fn::Sub.
/** What stands behind the distribution under `/api/<service>`: by the params that have the APIs' ids, or one of the lobby's own. */
const APIS = [
  { service: 'ping-pong', api: '${param:pingPongApiId}', isRest: true },
  { service: 'mafia', api: '${param:mafiaApiId}', isRest: true },
  { service: 'fakemon', api: '${param:fakemonApiId}', isRest: true, sockets: '${param:fakemonSocketApiId}' },
  {
    ...{ service: 'space-invaders', api: '${param:spaceInvadersApiId}', isRest: true },
    sockets: '${param:spaceInvadersSocketApiId}',
  },
  { service: 'smart-home-world', api: '${param:smartHomeWorldApiId}' },
  { service: 'lobby', api: '${HttpApi}', sockets: '${WebsocketsApi}' },
];

const origin = (Id, api, more = {}) => ({
  Id,
  DomainName: { 'Fn::Sub': `${api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}` },
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
  ...more,
});

const behavior = (PathPattern, TargetOriginId) => ({
  PathPattern,
  TargetOriginId,
  ViewerProtocolPolicy: 'https-only',
  AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
  CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', // CachingDisabled
  OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac', // AllViewerExceptHostHeader
  FunctionAssociations: [
    { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['SiteFunction', 'FunctionARN'] } },
  ],
});

const withSockets = APIS.filter(({ sockets }) => sockets !== undefined);

exports.origins = [
  {
    Id: 'pages',
    DomainName: { 'Fn::GetAtt': ['SiteBucket', 'RegionalDomainName'] },
    OriginAccessControlId: { 'Fn::GetAtt': ['SiteAccess', 'Id'] },
    S3OriginConfig: { OriginAccessIdentity: '' },
  },
  ...APIS.map(({ service, api, isRest }) => origin(service, api, isRest ? { OriginPath: '/${sls:stage}' } : {})),
  ...withSockets.map(({ service, sockets }) => origin(`${service}-socket`, sockets)),
];

// The first pattern that fits counts: sockets before the APIs that they lie below.
exports.behaviors = [
  ...withSockets.map(({ service }) => behavior(`/api/${service}/socket`, `${service}-socket`)),
  ...APIS.map(({ service }) => behavior(`/api/${service}/*`, service)),
];

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html */
exports.errors = [404, 414, 500, 501, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 }));
