import { expect, it } from '@jest/globals';
import { StateError } from '../../core/store/index.ts';
import { PortError } from '../../front-door/index.ts';
import { Refused } from '../client.ts';
import { inOwnWords } from '../ownWords.ts';

/** As osls has it: shown by its message alone. */
class ShownByMessage extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}
const failing = (error: Error) => inOwnWords({ classes: { Error: ShownByMessage } }, () => Promise.reject(error));

it.each([
  new Refused('mafia does not run'),
  new StateError('another process holds the folder'),
  new PortError('port 4566 is taken'),
])('shows by its message alone what is the user’s to mend ($name)', async (error) => {
  await expect(failing(error)).rejects.toEqual(new ShownByMessage(error.message, 'LOCAL_AWS_REFUSED'));
});

it('leaves a defect with its stack trace', async () => {
  const defect = new TypeError('x is undefined');

  await expect(failing(defect)).rejects.toBe(defect);
});
