/** A user pool in memory, as the page reaches it over `fetch`, with AWS's words. What it knows of users is what tests need. */
export function fakePool({ nowMs = (): number => 0, confirmsAtOnce = true, lifetimeSeconds = 3600 } = {}) {
  const users = new Map<string, { name: string; password: string; isConfirmed: boolean }>();
  const sessions = new Map<string, { name: string; isRevoked: boolean }>();
  const asked: { operation: string; input: Input }[] = [];
  const pool = {
    asked,
    users,
    sessions,
    /** Set to what the next answers are: a network that is gone, an answer of the pool's own. */
    instead: undefined as (() => Response | Promise<Response>) | undefined,
    send: async (_url: unknown, init?: RequestInit): Promise<Response> => {
      const operation = new Headers(init?.headers).get('x-amz-target')?.split('.')[1] ?? '';
      const input = JSON.parse(String(init?.body)) as Input;
      asked.push({ operation, input });
      if (pool.instead) return pool.instead();
      try {
        return Response.json(operations[operation]?.(input) ?? refuse('UnknownOperationException', operation));
      } catch (error) {
        if (error instanceof Response) return error;
        throw error;
      }
    },
    operationsAsked: () => asked.map(({ operation }) => operation),
  };

  const find = (name = '') => users.get(name.toLowerCase());
  let made = 0;
  const tokensOf = (name: string) => {
    made += 1;
    const claims = {
      sub: `sub-of-${name}`,
      'cognito:username': name,
      'cognito:groups': ['gamer'],
      iat: nowMs(),
      n: made,
    };
    return {
      IdToken: idTokenOf(claims),
      AccessToken: `access-${made}`,
      ExpiresIn: lifetimeSeconds,
      TokenType: 'Bearer',
    };
  };
  const operations: Record<string, (input: Input) => Record<string, unknown>> = {
    SignUp({ Username = '', Password = '' }) {
      if (find(Username)) refuse('UsernameExistsException', 'User already exists');
      if (Password.length < 10)
        refuse('InvalidPasswordException', 'Password did not conform with policy: Password not long enough');
      users.set(Username.toLowerCase(), { name: Username, password: Password, isConfirmed: confirmsAtOnce });
      const sent = confirmsAtOnce ? {} : { CodeDeliveryDetails: { Destination: 'a***@e***', DeliveryMedium: 'EMAIL' } };
      return { UserConfirmed: confirmsAtOnce, UserSub: `sub-of-${Username}`, ...sent };
    },
    ConfirmSignUp({ Username, ConfirmationCode }) {
      if (ConfirmationCode !== '123456')
        refuse('CodeMismatchException', 'Invalid verification code provided, please try again.');
      const user = find(Username);
      if (user) user.isConfirmed = true;
      return {};
    },
    InitiateAuth({ AuthFlow, AuthParameters = {} }) {
      if (AuthFlow === 'REFRESH_TOKEN_AUTH') {
        const session = sessions.get(AuthParameters.REFRESH_TOKEN ?? '');
        if (!session) return refuse('NotAuthorizedException', 'Invalid Refresh Token.');
        if (session.isRevoked) return refuse('NotAuthorizedException', 'Refresh Token has been revoked');
        return { AuthenticationResult: tokensOf(session.name), ChallengeParameters: {} };
      }
      const user = find(AuthParameters.USERNAME);
      if (!user || user.password !== AuthParameters.PASSWORD)
        return refuse('NotAuthorizedException', 'Incorrect username or password.');
      if (!user.isConfirmed) refuse('UserNotConfirmedException', 'User is not confirmed.');
      const refreshToken = `refresh-${sessions.size + 1}`;
      sessions.set(refreshToken, { name: user.name, isRevoked: false });
      return { AuthenticationResult: { ...tokensOf(user.name), RefreshToken: refreshToken }, ChallengeParameters: {} };
    },
    RevokeToken({ Token = '' }) {
      const session = sessions.get(Token);
      if (session) session.isRevoked = true;
      return {};
    },
    ChangePassword({ PreviousPassword, ProposedPassword = '' }) {
      const user = [...users.values()].find(({ password }) => password === PreviousPassword);
      if (!user) return refuse('NotAuthorizedException', 'Incorrect username or password.');
      user.password = ProposedPassword;
      return {};
    },
    ForgotPassword: () => ({ CodeDeliveryDetails: { Destination: 'a***@e***' } }),
    ConfirmForgotPassword({ Username, ConfirmationCode, Password = '' }) {
      if (ConfirmationCode !== '654321')
        refuse('CodeMismatchException', 'Invalid verification code provided, please try again.');
      const user = find(Username);
      if (user) user.password = Password;
      return {};
    },
  };
  return pool;
}

type Input = Partial<
  Record<
    'Username' | 'Password' | 'ConfirmationCode' | 'AuthFlow' | 'Token' | 'PreviousPassword' | 'ProposedPassword',
    string
  >
> & { AuthParameters?: Record<string, string>; ClientId?: string };

/** An answer that is none, as the pool gives it. */
export const refusal = (code: string, message: string): Response =>
  Response.json({ __type: code, message }, { status: 400 });

function refuse(code: string, message: string): never {
  throw refusal(code, message);
}

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** An id token; nobody looks at its signature. */
export const idTokenOf = (claims: object): string => `${base64({ alg: 'RS256' })}.${base64(claims)}.c2lnbmVk`;
