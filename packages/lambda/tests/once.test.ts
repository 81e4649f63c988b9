import { expect, it, jest } from '@jest/globals';
import { once } from '../once.ts';

it('makes nothing before it is asked, and the same ever after, even when it is undefined', () => {
  const make = jest.fn(() => undefined);
  const made = once(make);

  expect(make).not.toHaveBeenCalled();
  made();
  made();
  expect(make).toHaveBeenCalledTimes(1);
});

it('tries again after a failure', () => {
  const make = jest.fn<() => string>().mockImplementationOnce(() => {
    throw new Error('not yet');
  });
  make.mockReturnValue('there');
  const made = once(make);

  expect(made).toThrow('not yet');
  expect(made()).toBe('there');
});
