/**
 * What of the owner's environment local-aws and what it starts (osls, esbuild) have a use for. All else may be a secret: a function runs as
 * the same user, and can read what the process of local-aws was started with.
 */
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|TMPDIR|TMP|TEMP|NODE_COMPILE_CACHE|(LOCAL_AWS|ARCADE|WEB)_\w+)$/;

/** Without these no program works on Windows, where names are of either case. */
const KEPT_ON_WINDOWS =
  /^(SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData|ProgramFiles(\(x86\))?)$/i;

/** Names those that are kept beside, `GITHUB_REF,STAGE`: for a template that takes `${env:STAGE}`. */
const MORE = 'LOCAL_AWS_KEEP_ENV';

/** The part of an environment that local-aws starts with. */
export function scrubbed(env: NodeJS.ProcessEnv): Record<string, string> {
  const more = new Set(env[MORE]?.split(','));
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return value !== undefined && (KEPT.test(name) || KEPT_ON_WINDOWS.test(name) || more.has(name));
    }),
  );
}

/**
 * Begins this process anew without the rest of its environment, where there is more and the system can do that: to delete
 * variables would leave them where other processes of the same user read them. Whoever has started it with a channel has seen to that.
 */
export function restartScrubbed(): void {
  const kept = scrubbed(process.env);
  if (process.send || !process.execve || Object.keys(kept).length === Object.keys(process.env).length) return;
  const [, ...parameters] = process.argv;
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...parameters], kept);
}
