/** What the browser offers to listen with, as far as it is used here. */
interface Recognition extends EventTarget {
  lang: string;
  interimResults: boolean;
  start(): void;
  abort(): void;
}

interface Heard {
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>;
}

type RecognitionMaker = new () => Recognition;

/** What listens; undefined where the browser offers nothing. */
export function recognitionIn(scope: object = globalThis): RecognitionMaker | undefined {
  const { SpeechRecognition, webkitSpeechRecognition } = scope as Record<string, RecognitionMaker | undefined>;
  return SpeechRecognition ?? webkitSpeechRecognition;
}

/** What the page makes of what is said to Alexa: her name is not part of it. */
export const utteranceIn = (transcript: string): string =>
  transcript
    .trim()
    .replace(/^alexa[,.!]?\s+/i, '')
    .replace(/[.!?]$/, '');

/** Why nothing was heard, by the code that browsers give. */
const REASONS: Readonly<Record<string, string>> = {
  'not-allowed': 'The browser may not listen: allow the microphone for this page.',
  'service-not-allowed': 'The browser may not listen here.',
  'no-speech': 'Nothing was heard.',
  'audio-capture': 'There is no microphone.',
  network: 'The browser’s service for speech does not answer.',
};

/** Hears one sentence. `onInterim` gets what is understood so far; rejects with an Error that says why nothing was. */
export function listen(
  Maker: RecognitionMaker,
  { onInterim, signal }: { onInterim: (text: string) => void; signal: AbortSignal },
): Promise<string> {
  const recognition = new Maker();
  recognition.lang = 'en-US';
  recognition.interimResults = true;
  signal.addEventListener('abort', () => recognition.abort(), { once: true });
  return new Promise((resolve, reject) => {
    recognition.addEventListener('result', (event) => {
      const { results } = event as Event & Heard;
      const text = utteranceIn(Array.from(results, (result) => result[0]?.transcript ?? '').join(' '));
      if (results[results.length - 1]?.isFinal) resolve(text);
      else onInterim(text);
    });
    recognition.addEventListener('error', (event) => {
      const { error = '' } = event as Event & { error?: string };
      reject(new Error(REASONS[error] ?? 'Nothing was understood.'));
    });
    // After a result this changes nothing.
    recognition.addEventListener('end', () => reject(new Error('Nothing was understood.')));
    recognition.start();
  });
}
