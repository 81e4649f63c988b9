import type { Page, Route } from 'playwright-core';
import type { Kind } from '../src/smart-home/home.ts';

interface BulbState {
  power: 'ON' | 'OFF';
  brightness: number;
}

/** A bulb as the world tells of it. */
export interface StandInBulb {
  deviceId: string;
  name: string;
  api: Kind;
  state: BulbState;
  alexa: BulbState;
  reachable: boolean;
}

type Message = Record<string, unknown>;

interface StandInStep {
  kind: 'direct' | 'event' | 'change';
  atMs: number;
  message: Message;
  speech: string;
}

interface StandInUtterance {
  utteranceId: string;
  text: string;
  saidAtMs: number;
  directive?: Message;
  steps: StandInStep[];
  outcome?: { kind: 'answered' | 'refused'; speech: string; tookMs: number; error?: string };
}

/** A world in whose place the test answers. */
export interface WorldStandIn {
  bulbs: StandInBulb[];
  conversation: StandInUtterance[];
  misbehaviour: Record<string, unknown>;
  /** Homes that it knows; the page makes one when its own is not among them. */
  readonly homes: string[];
  /** Answers nobody. */
  isDown: boolean;
  /** Whether the skill may speak to Alexa. */
  isLinked: boolean;
}

const json = (route: Route, status: number, body: unknown) =>
  route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) });

const HOUSE: readonly (readonly [name: string, api: Kind])[] = [
  ['kitchen light', 'sync'],
  ['hall light', 'sync'],
  ['living room light', 'push'],
  ['bedroom light', 'push'],
  ['reading lamp', 'polling'],
  ['desk lamp', 'polling'],
  ['counter light', 'optimistic'],
  ['garden light', 'optimistic'],
];

export const standInBulbs = (): StandInBulb[] =>
  HOUSE.map(([name, api]) => ({
    ...{ deviceId: name.replaceAll(' ', '-'), name, api, reachable: true },
    ...{ state: { power: 'OFF', brightness: 80 }, alexa: { power: 'OFF', brightness: 80 } },
  }));

/** How long each kind takes to answer, in milliseconds. */
const TAKES_MS: Readonly<Record<Kind, number>> = { sync: 380, push: 720, polling: 1_300, optimistic: 90 };

const messageOf = (name: string, type?: string): Message => ({
  event: {
    header: { namespace: name === 'Response' ? 'Alexa' : 'Alexa', name, messageId: 'm', payloadVersion: '3' },
    payload: type === undefined ? {} : { type },
  },
});

/** What is to be told of an utterance, by when it is told. */
function stepsOf(bulb: StandInBulb, saidAtMs: number): StandInStep[] {
  const direct: StandInStep = {
    kind: 'direct',
    atMs: saidAtMs + 45,
    message: messageOf('DeferredResponse'),
    speech: '',
  };
  const answeredMs = saidAtMs + TAKES_MS[bulb.api];
  if (!bulb.reachable && bulb.api !== 'optimistic') {
    const speech = `Sorry, the ${bulb.name} isn’t responding.`;
    return [
      direct,
      { kind: 'event', atMs: saidAtMs + 1_550, message: messageOf('ErrorResponse', 'ENDPOINT_UNREACHABLE'), speech },
    ];
  }
  return [direct, { kind: 'event', atMs: answeredMs, message: messageOf('Response'), speech: 'OK.' }];
}

/** What Alexa is told unasked. */
function changeReport({ deviceId, state }: StandInBulb, cause: string): Message {
  const property = (namespace: string, name: string, value: unknown) => ({ namespace, name, value });
  const properties = [
    property('Alexa.PowerController', 'powerState', state.power),
    property('Alexa.BrightnessController', 'brightness', state.brightness),
  ];
  return {
    event: {
      header: { namespace: 'Alexa', name: 'ChangeReport', messageId: 'c', payloadVersion: '3' },
      endpoint: { endpointId: deviceId },
      payload: { change: { cause: { type: cause }, properties } },
    },
  };
}

/** Stands in for the world outside in a page that is not loaded yet. */
export async function standInForTheWorld(page: Page): Promise<WorldStandIn> {
  const made: WorldStandIn = {
    bulbs: standInBulbs(),
    conversation: [],
    misbehaviour: { latencyMs: 300 },
    homes: [],
    isDown: false,
    isLinked: true,
  };
  const later = (ms: number, run: () => void) => setTimeout(run, Math.max(0, ms)).unref();

  const report = (bulb: StandInBulb, cause: string) => {
    bulb.alexa = { ...bulb.state };
    const message = changeReport(bulb, cause);
    made.conversation.unshift({
      ...{ utteranceId: `c${made.conversation.length}`, text: '', saidAtMs: Date.now() },
      steps: [{ kind: 'change', atMs: Date.now(), message, speech: '' }],
    });
  };
  const arrives = (step: StandInStep, bulb: StandInBulb, power: BulbState['power'], utterance: StandInUtterance) => {
    utterance.steps.push(step);
    if (step.kind !== 'event') return;
    const { type: error } = (step.message.event as { payload: { type?: string } }).payload;
    const tookMs = step.atMs - utterance.saidAtMs;
    const { speech } = step;
    utterance.outcome = error ? { kind: 'refused', speech, tookMs, error } : { kind: 'answered', speech, tookMs };
    if (error) return;
    const does = () => {
      bulb.state = { ...bulb.state, power };
    };
    bulb.alexa = { ...bulb.alexa, power };
    if (bulb.api !== 'optimistic') does();
    else if (bulb.reachable) later(500, does);
    else later(1_200, () => report(bulb, 'VOICE_INTERACTION'));
  };
  const hear = (text: string) => {
    if (text === 'link my account') made.isLinked = true;
    const bulb = made.bulbs.find(({ name }) => text.includes(name));
    const power = /\boff\b/.test(text) ? 'OFF' : 'ON';
    const saidAtMs = Date.now();
    const endpoint = bulb && { endpointId: bulb.deviceId, cookie: { api: bulb.api } };
    const header = { namespace: 'Alexa.PowerController', name: power === 'ON' ? 'TurnOn' : 'TurnOff' };
    const directive = { directive: { header, endpoint, payload: {} } };
    const utterance: StandInUtterance = {
      utteranceId: `u${made.conversation.length}`,
      text,
      saidAtMs,
      directive,
      steps: [],
    };
    made.conversation.unshift(utterance);
    if (!bulb) return;
    for (const step of stepsOf(bulb, saidAtMs))
      later(step.atMs - Date.now(), () => arrives(step, bulb, power, utterance));
  };

  const answerHome = (route: Route, method: string, rest: string) => {
    if (rest === '') {
      const { bulbs, conversation, misbehaviour } = made;
      return json(route, 200, { bulbs, conversation, misbehaviour, linked: made.isLinked, nowMs: Date.now() });
    }
    const body = route.request().postDataJSON() as Record<string, unknown>;
    if (rest === '/utterances' && method === 'POST') {
      hear(String(body.text));
      return json(route, 202, {});
    }
    if (rest === '/misbehaviour') {
      made.misbehaviour = body;
      if (body.skillDisabled === true) made.isLinked = false;
      const unplugged = body.unreachable as string[];
      for (const bulb of made.bulbs) bulb.reachable = !unplugged.includes(bulb.deviceId);
      return json(route, 200, body);
    }
    const bulb = made.bulbs.find(({ deviceId }) => rest === `/bulbs/${deviceId}`);
    if (!bulb) return json(route, 404, { title: 'Not Found', detail: 'no such bulb' });
    bulb.state = { ...bulb.state, ...(body as Partial<BulbState>) };
    // Only an API that pushes tells of a hand.
    if (bulb.api === 'push' || bulb.api === 'optimistic') later(400, () => report(bulb, 'PHYSICAL_INTERACTION'));
    return json(route, 200, {});
  };
  await page.route('**/api/smart-home-world/**', (route) => {
    if (made.isDown) return route.abort();
    const path = new URL(route.request().url()).pathname.replace('/api/smart-home-world', '');
    const method = route.request().method();
    if (path === '/homes' && method === 'POST') {
      const homeId = `home-${made.homes.length + 1}`;
      made.homes.push(homeId);
      return json(route, 201, { homeId, token: `key-of-${homeId}` });
    }
    const homeId = made.homes.find((id) => path === `/homes/${id}` || path.startsWith(`/homes/${id}/`));
    const isTheirs = route.request().headers().authorization === `Bearer key-of-${homeId}`;
    if (!homeId || !isTheirs) return json(route, 404, { title: 'Not Found', detail: 'no such home' });
    return answerHome(route, method, path.slice(`/homes/${homeId}`.length));
  });
  return made;
}
