import { describe, expect, it } from '@jest/globals';
import { type Applicant, admit } from '../domain/admit.ts';
import { isNickname } from '../domain/nickname.ts';

const ada: Applicant = { nickname: 'Ada', email: 'ada@example.com', isInvited: false };
const at = { once: { confirmAtOnce: true }, byMail: { confirmAtOnce: false } };

describe('a nickname', () => {
  it.each(['Ada', 'ada', 'a-b', 'x_1', '007', '---', 'abcdefghij0123456789'])('may be %s', (name) => {
    expect(isNickname(name)).toBe(true);
  });

  it.each([
    ['too short', 'ab'],
    ['too long', 'abcdefghij0123456789x'],
    ['nothing', ''],
    ['of two words', 'Ada L'],
    ['an address', 'ada@example.com'],
    ['with letters that look like others', 'Аda'],
    ['with a letter that is another one in small', 'Ko\u212Aa'],
    ['with a line', 'ada\n'],
    ['markup', '<b>ada'],
  ])('may not be %s', (_why, name) => {
    expect(isNickname(name)).toBe(false);
    const sentence = 'A nickname has 3 to 20 letters from a to z, digits, hyphens or underscores';
    expect(admit({ ...ada, nickname: name }, at.once)).toEqual({ outcome: 'refused', reason: sentence });
  });
});

describe('somebody who signs up', () => {
  it('may play at once where the stage confirms at once, and a forgotten password can be mailed if there is an address', () => {
    const played = { outcome: 'admitted', isConfirmed: true };

    expect(admit(ada, at.once)).toEqual({ ...played, isEmailTrusted: true });
    expect(admit({ ...ada, email: undefined }, at.once)).toEqual({ ...played, isEmailTrusted: false });
    expect(admit({ ...ada, email: '' }, at.once)).toEqual({ ...played, isEmailTrusted: false });
  });

  it('must confirm it by what is mailed elsewhere, and needs an address for that', () => {
    expect(admit(ada, at.byMail)).toEqual({ outcome: 'admitted', isConfirmed: false, isEmailTrusted: false });
    const refused = { outcome: 'refused', reason: 'An e-mail address is needed: the code is sent to it' };
    expect(admit({ ...ada, email: undefined }, at.byMail)).toEqual(refused);
    expect(admit({ ...ada, email: '' }, at.byMail)).toEqual(refused);
  });

  it('has been invited by an administrator: nothing is confirmed, and no address is needed', () => {
    const invited = { ...ada, email: undefined, isInvited: true };

    for (const terms of Object.values(at)) {
      expect(admit(invited, terms)).toEqual({ outcome: 'admitted', isConfirmed: false, isEmailTrusted: false });
      expect(admit({ ...invited, nickname: 'x' }, terms)).toMatchObject({ outcome: 'refused' });
    }
  });
});
