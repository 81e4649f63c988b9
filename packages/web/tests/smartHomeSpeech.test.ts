import { describe, expect, it } from '@jest/globals';
import { listen, recognitionIn, utteranceIn } from '../src/smart-home/speech.ts';

/** A browser that hears what the test says. */
class Ear extends EventTarget {
  static latest: Ear | undefined;
  lang = '';
  interimResults = false;
  isAborted = false;
  start() {
    Ear.latest = this;
  }
  abort() {
    this.isAborted = true;
    this.dispatchEvent(new Event('end'));
  }
  hears(transcript: string, isFinal: boolean) {
    const result = Object.assign([{ transcript }], { isFinal });
    this.dispatchEvent(Object.assign(new Event('result'), { results: [result] }));
  }
}

const begin = () => {
  const controller = new AbortController();
  const interim: string[] = [];
  const heard = listen(Ear, { onInterim: (text) => interim.push(text), signal: controller.signal });
  if (!Ear.latest) throw new Error('nobody listens');
  return { heard, interim, controller, ear: Ear.latest };
};

describe('listening', () => {
  it('is offered where the browser can, under either name', () => {
    expect(recognitionIn({})).toBeUndefined();
    expect(recognitionIn({ webkitSpeechRecognition: Ear })).toBe(Ear);
    expect(recognitionIn({ SpeechRecognition: Ear })).toBe(Ear);
  });

  it('gives what is understood so far, and then the whole, without Alexa’s name', async () => {
    const { heard, interim, ear } = begin();

    ear.hears('Alexa, turn on', false);
    ear.hears('Alexa, turn on the kitchen light.', true);

    expect(await heard).toBe('turn on the kitchen light');
    expect(interim).toEqual(['turn on']);
  });

  it.each([
    ['not-allowed', 'The browser may not listen: allow the microphone for this page.'],
    ['no-speech', 'Nothing was heard.'],
    ['something-new', 'Nothing was understood.'],
  ])('says why nothing was heard: %s', async (error, words) => {
    const { heard, ear } = begin();

    ear.dispatchEvent(Object.assign(new Event('error'), { error }));

    await expect(heard).rejects.toThrow(words);
  });

  it('ends when it is told to', async () => {
    const { heard, controller, ear } = begin();

    controller.abort();

    await expect(heard).rejects.toThrow('Nothing was understood.');
    expect(ear.isAborted).toBe(true);
  });

  it.each([
    ['alexa turn off the hall light', 'turn off the hall light'],
    ['  Set the desk lamp to 40 %. ', 'Set the desk lamp to 40 %'],
    ['is the kitchen light on?', 'is the kitchen light on'],
  ])('takes what is meant out of what is said: %s', (transcript, text) => {
    expect(utteranceIn(transcript)).toBe(text);
  });
});
