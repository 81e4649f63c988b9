import { asError } from '../packages/local-aws/core/errors.ts';

/** What a stage's name may be made of, as it is part of its stacks': https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
const STAGE = /^[A-Za-z0-9-]+$/;

/** Gives the name of a stage back. Throws an Error where CloudFormation would not take it. */
export function checkedStage(stage: string): string {
  if (!STAGE.test(stage)) throw new Error(`--stage is '${stage}': a stage's name has letters, digits and hyphens only`);
  return stage;
}

/** What the command line says, as `read` understands it. What it throws is said, with how the command is called (`help`), and ends the process with 2. */
export function understood<T>(read: (args: string[]) => T, help?: string): T {
  try {
    return read(process.argv.slice(2));
  } catch (error) {
    console.error([asError(error).message, ...(help === undefined ? [] : [help])].join('\n\n'));
    return process.exit(2);
  }
}
