import { type ReactNode, useState } from 'react';
import { AccountError } from './accountError.ts';
import { Field, Form } from './Form.tsx';
import { NICKNAME } from './nickname.ts';
import { LEAST_PASSWORD } from './sentences.ts';
import type { UseAccount } from './useAccount.ts';
import './account.css';

/** What is asked for. */
type View = 'sign-in' | 'sign-up' | 'confirm' | 'forgot' | 'reset';

/** What has been written, whichever view it was written in. */
interface Draft {
  name: string;
  password: string;
  email: string;
  code: string;
  /** Where a code was sent. */
  sentTo: string | undefined;
}

const EMPTY: Draft = { name: '', password: '', email: '', code: '', sentTo: undefined };
const TITLES: Record<View, string> = {
  'sign-in': 'Sign in',
  'sign-up': 'Make an account',
  confirm: 'Confirm your account',
  forgot: 'Forgotten your password?',
  reset: 'Choose a new password',
};

interface ViewProps {
  account: UseAccount;
  draft: Draft;
  write: (change: Partial<Draft>) => void;
  go: (view: View) => void;
}

interface SignInPanelProps {
  account: UseAccount;
  /** What for, in a sentence. */
  why?: string;
  /** Of the title, for what it names. */
  titleId?: string;
  start?: View;
}

/** What is asked for in a view, under its title. */
export function SignInPanel({ account, why, titleId, start = 'sign-in' }: SignInPanelProps) {
  const [view, go] = useState<View>(start);
  const [draft, setDraft] = useState(EMPTY);
  const props = {
    account,
    draft,
    go,
    write: (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change })),
  };
  if (account.status === 'closed')
    return (
      <div className="account-panel">
        <h2 id={titleId}>Nobody can sign in here</h2>
        <p>This stage has no user pool.</p>
      </div>
    );
  return (
    <div className="account-panel">
      <h2 id={titleId}>{TITLES[view]}</h2>
      {view === 'sign-in' && why !== undefined && <p>{why}</p>}
      {/* One for each view: its lines begin anew, with the focus in the first. */}
      <Asked key={view} view={view} {...props} />
    </div>
  );
}

function Asked({ view, ...props }: ViewProps & { view: View }) {
  switch (view) {
    case 'sign-in':
      return <SignInView {...props} />;
    case 'sign-up':
      return <SignUpView {...props} />;
    case 'confirm':
      return <ConfirmView {...props} />;
    case 'forgot':
      return <ForgotView {...props} />;
    case 'reset':
      return <ResetView {...props} />;
  }
}

function SignInView({ account, draft, write, go }: ViewProps) {
  const signIn = () =>
    account.signIn(draft.name, draft.password).catch(async (error: unknown) => {
      if (error instanceof AccountError && error.kind === 'not-confirmed') return go('confirm');
      if (error instanceof AccountError && error.kind === 'new-password-needed') return go('forgot');
      throw error;
    });
  return (
    <>
      {account.confirmsAtOnce && <GuestButton account={account} />}
      <Form act="Sign in" acting="Signing in…" onAct={signIn}>
        <Nickname {...{ draft, write }} />
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          value={draft.password}
          onWrite={(password) => write({ password })}
        />
      </Form>
      <Others>
        <Other onGo={() => go('sign-up')}>Make an account</Other>
        <Other onGo={() => go('forgot')}>Forgotten your password?</Other>
      </Others>
    </>
  );
}

function SignUpView({ account, draft, write, go }: ViewProps) {
  const signUp = async () => {
    const { isConfirmed, to } = await account.signUp(draft.name, draft.password, draft.email || undefined);
    if (isConfirmed) return;
    write({ sentTo: to });
    go('confirm');
  };
  return (
    <>
      <Form act="Make it" acting="Making it…" onAct={signUp}>
        <Nickname {...{ draft, write }} pattern={NICKNAME} hint="3 to 20 letters, digits, - or _. Everybody sees it." />
        <NewPassword {...{ draft, write }} />
        <Field
          label="E-mail"
          type="email"
          autoComplete="email"
          value={draft.email}
          isOptional={account.confirmsAtOnce}
          hint={account.confirmsAtOnce ? 'For a forgotten password, and nothing else.' : 'A code is sent to it.'}
          onWrite={(email) => write({ email })}
        />
      </Form>
      <Others>
        <Other onGo={() => go('sign-in')}>I have an account</Other>
      </Others>
    </>
  );
}

function ConfirmView({ account, draft, write, go }: ViewProps) {
  const confirm = async () => {
    await account.confirm(draft.name, draft.code, draft.password || undefined);
    if (!draft.password) go('sign-in');
  };
  return (
    <>
      <SentTo to={draft.sentTo} />
      <Form act="Confirm" acting="Confirming…" onAct={confirm}>
        <Code {...{ draft, write }} />
      </Form>
      <Others>
        <Again onAct={async () => write({ sentTo: (await account.resendCode(draft.name)).to })} />
        <Other onGo={() => go('sign-in')}>Back</Other>
      </Others>
    </>
  );
}

function ForgotView({ account, draft, write, go }: ViewProps) {
  const send = async () => {
    write({ sentTo: (await account.forgotPassword(draft.name)).to, code: '', password: '' });
    go('reset');
  };
  return (
    <>
      <p className="soft">A code is sent to the e-mail address of the account. By it you choose a new one.</p>
      <Form act="Send the code" acting="Sending…" onAct={send}>
        <Nickname {...{ draft, write }} />
      </Form>
      <Others>
        <Other onGo={() => go('sign-in')}>Back</Other>
      </Others>
    </>
  );
}

function ResetView({ account, draft, write, go }: ViewProps) {
  return (
    <>
      <SentTo to={draft.sentTo} />
      <Form
        act="Choose it"
        acting="Choosing it…"
        onAct={() => account.setForgotten(draft.name, draft.code, draft.password)}
      >
        <Code {...{ draft, write }} />
        <NewPassword {...{ draft, write }} />
      </Form>
      <Others>
        <Again onAct={async () => write({ sentTo: (await account.forgotPassword(draft.name)).to })} />
        <Other onGo={() => go('sign-in')}>Back</Other>
      </Others>
    </>
  );
}

type Lines = Pick<ViewProps, 'draft' | 'write'>;

const Nickname = ({ draft, write, ...rest }: Lines & { pattern?: string; hint?: string }) => (
  <Field label="Nickname" autoComplete="username" value={draft.name} onWrite={(name) => write({ name })} {...rest} />
);

const NewPassword = ({ draft, write }: Lines) => (
  <Field
    label="Password"
    type="password"
    autoComplete="new-password"
    minLength={LEAST_PASSWORD}
    hint={`${LEAST_PASSWORD} characters or more, no spaces.`}
    value={draft.password}
    onWrite={(password) => write({ password })}
  />
);

const Code = ({ draft, write }: Lines) => (
  <Field label="Code" autoComplete="one-time-code" isNumber value={draft.code} onWrite={(code) => write({ code })} />
);

const SentTo = ({ to }: { to: string | undefined }) => (
  <p className="soft" role="status">
    {to === undefined ? 'The code that was mailed to you:' : `A code was sent to ${to}.`}
  </p>
);

const Others = ({ children }: { children: ReactNode }) => <p className="account-others">{children}</p>;

const Other = ({ onGo, children }: { onGo: () => void; children: ReactNode }) => (
  <button type="button" className="account-link" onClick={onGo}>
    {children}
  </button>
);

/** Says in its own place what became of it. */
function Again({ onAct }: { onAct: () => Promise<void> }) {
  const [said, setSaid] = useState<string>();
  const act = async () => {
    setSaid('Sending…');
    try {
      await onAct();
      setSaid('Sent again');
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <Other onGo={() => void act()}>Send it again</Other>
      <span className="soft small" role="status">
        {said}
      </span>
    </>
  );
}

/** An account without a question. */
export function GuestButton({ account }: { account: Pick<UseAccount, 'playAsGuest'> }) {
  return (
    <div className="account-guest">
      <Form act="Play as a guest" acting="Finding a name…" onAct={account.playAsGuest}>
        <p className="soft small">One click: a name is found for you. You can choose a password later, and keep it.</p>
      </Form>
    </div>
  );
}
