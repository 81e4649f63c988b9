/** What API Gateway answers itself: docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const TYPES = {
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized', errorType: 'UnauthorizedException' },
  ACCESS_DENIED: { status: 403, message: 'Forbidden', errorType: 'ForbiddenException' },
  BAD_REQUEST_PARAMETERS: { status: 400, message: 'Invalid request parameters', errorType: 'BadRequestException' },
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body', errorType: 'BadRequestException' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: 'Unsupported Media Type',
    errorType: 'UnsupportedMediaTypeException',
  },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long', errorType: 'RequestTooLongException' },
  THROTTLED: { status: 429, message: 'Too Many Requests', errorType: 'TooManyRequestsException' },
  API_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error', errorType: 'InternalServerErrorException' },
  AUTHORIZER_CONFIGURATION_ERROR: {
    status: 500,
    message: 'Internal server error',
    errorType: 'AuthorizerConfigurationException',
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  /** What a proxy integration failed with: a function that threw, or whose answer makes no response. */
  DEFAULT_5XX: { status: 502, message: 'Internal server error', errorType: 'InternalServerErrorException' },
} as const;

/** A kind of answer that API Gateway gives itself. */
export type GatewayErrorType = keyof typeof TYPES;

/** Every type that a template may configure. */
export const GATEWAY_RESPONSE_TYPES = [
  ...(Object.keys(TYPES) as GatewayErrorType[]),
  'DEFAULT_4XX',
  'INTEGRATION_FAILURE',
] as const;

/** The request ends here, with an answer of API Gateway's own. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly type: GatewayErrorType;
  readonly status: number;
  /** `x-amzn-ErrorType` */
  readonly errorType: string;
  /** What the client is told. */
  readonly publicMessage: string;
  /** `$context.error.validationErrorString` */
  readonly validationError: string | undefined;

  /** `reason` says what really happened; it is for the journal, the client sees only the type's message. */
  constructor(type: GatewayErrorType, reason: string, options: { message?: string; validationError?: string } = {}) {
    super(reason);
    const { status, message, errorType } = TYPES[type];
    this.type = type;
    this.status = status;
    this.errorType = errorType;
    this.publicMessage = options.message ?? message;
    this.validationError = options.validationError;
  }
}
