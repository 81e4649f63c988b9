import type { Serverless } from './serverlessTypes.ts';

/** Errors of local-aws that are the user's to mend. By name: the modules that they come from are loaded late, if at all. */
const HIS_TO_MEND = new Set([
  'Refused',
  'KeysError',
  'StateError',
  'StateFolderError',
  'PortError',
  'ComposeError',
  'CompileError',
]);

/** Does `work`; what is the user's to mend is thrown as an error that osls shows by its message, without a stack trace. */
export async function inOwnWords<T>(serverless: Pick<Serverless, 'classes'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !HIS_TO_MEND.has(error.name)) throw error;
    throw new serverless.classes.Error(error.message, 'LOCAL_AWS_REFUSED');
  }
}
