import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hidden, unhidden } from '../hidden.ts';
import { closed, opened } from '../opened.ts';
import { editedSaid, shownText } from '../text.ts';

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';

describe('a message for people', () => {
  it.each([
    ['the input of a call', { TopicArn: 't', Message: '{"ball":1}' }, { TopicArn: 't', 'Message (JSON)': { ball: 1 } }],
    [
      'an event of SNS',
      { Records: [{ Sns: { Message: '{"a":{"b":2}}' } }] },
      { Records: [{ Sns: { 'Message (JSON)': { a: { b: 2 } } } }] },
    ],
    [
      'JSON within JSON within JSON',
      { body: JSON.stringify({ Message: '{"x":[1]}' }) },
      { 'body (JSON)': { 'Message (JSON)': { x: [1] } } },
    ],
    ['records of a stream', { Data: base64({ lives: 0 }) }, { 'Data (base64 JSON)': { lives: 0 } }],
    ['bytes that are a list', { Data: Buffer.from('[1]') }, { 'Data (JSON)': [1] }],
    ['text that only looks like JSON', { Message: '{not', name: 'ball' }, { Message: '{not', name: 'ball' }],
    ['a word of four letters', { word: 'ball' }, { word: 'ball' }],
  ])('opens %s', (_what, value, wanted) => {
    expect(opened(value)).toEqual(wanted);
  });

  it('is the same again when it is closed, whatever it says', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json({ maxDepth: 3 }).map((json) => JSON.stringify(JSON.parse(json))),
      fc.json({ maxDepth: 3 }).map((json) => Buffer.from(JSON.stringify(JSON.parse(json))).toString('base64')),
    );
    const value = fc.dictionary(
      fc.string().filter((name) => !name.endsWith('JSON)') && name !== '__proto__'),
      fc.oneof(text, fc.integer(), fc.array(fc.dictionary(fc.constantFrom('a', 'b'), text))),
    );

    fc.assert(fc.property(value, (one) => expect(closed(opened(one))).toEqual(one)));
  });

  it.each([
    ['a token of a header', { headers: { authorization: 'Bearer opaque' } }, 'opaque'],
    ['one of a list of headers', { multiValueHeaders: { Cookie: ['session=opaque'] } }, 'opaque'],
    ['a JSON Web Token in any text', { note: `see ${JWT}` }, 'c2lnbmF0dXJl'],
    ['a token of a directive, in a body that is JSON', { body: '{"endpoint":{"scope":{"token":"opaque"}}}' }, 'opaque'],
    ['the code of a grant', { grant: { type: 'OAuth2.AuthorizationCode', code: 'opaque' } }, 'opaque'],
    ['a password in bytes', { Data: base64({ password: 'opaque' }) }, 'opaque'],
    ['a token in text that is cut off', '{"access_token":"opaque', 'opaque'],
  ])('hides %s', (_what, value, secret) => {
    expect(shownText(value).body).not.toContain(secret);
    expect(shownText(value).body).not.toContain(base64({ password: 'opaque' }));
  });

  it('shows the code of what is no grant', () => {
    expect(hidden({ error: { code: 'Busy' } })).toEqual({ error: { code: 'Busy' } });
  });
});

describe('a message that somebody has edited', () => {
  const said = { TopicArn: 't', Message: JSON.stringify({ ball: 1, scope: { token: 'opaque' } }) };

  it('has what was hidden, and was not touched, as it was', () => {
    const { body } = shownText(said);
    const edited = editedSaid(said, body.replace('"ball": 1', '"ball": 2'));

    expect(edited).toEqual({ TopicArn: 't', Message: '{"ball":2,"scope":{"token":"opaque"}}' });
    expect(editedSaid(JSON.stringify(said), body)).toBe(JSON.stringify(said));
  });

  it('has another token where one was written over it', () => {
    const { body } = shownText(said);

    expect(editedSaid(said, body.replace('***', 'mine')).Message).toContain('"token":"mine"');
    expect(unhidden({ added: { token: '***' } }, {})).toEqual({ added: { token: '***' } });
  });

  it('may be text, and must be JSON where it was JSON', () => {
    expect(editedSaid('hello', 'hello you')).toBe('hello you');
    expect(editedSaid(`see ${JWT}`, 'see ***')).toBe(`see ${JWT}`);
    expect(() => editedSaid(said, '{"Message": ')).toThrow('not JSON');
    expect(() => editedSaid(said, '7')).toThrow('an object');
  });
});
