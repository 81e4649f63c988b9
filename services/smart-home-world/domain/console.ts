import type { World } from '@arcade/lambda/world';
import * as z from 'zod/mini';
import {
  acceptGrant,
  type Directive,
  directiveTo,
  discover,
  endpointsIn,
  type SkillMessage,
  skillMessage,
} from './alexa.ts';
import { hashOf } from './bearer.ts';
import { bulbsOf } from './bulb.ts';
import type { Utterance } from './conversation.ts';
import { beliefIn } from './gateway.ts';
import { WELL_BEHAVED } from './misbehaviour.ts';
import type { AskSkill, ConversationTable, Home, HomesTable, SkillAnswer, TokensTable } from './ports.ts';
import { calledIn, silence, speechTo } from './speech.ts';
import { issueCode } from './tokens.ts';
import { type Meaning, understand } from './understand.ts';

/** What the voice console works with. */
export interface ConsoleParts extends Pick<World, 'now' | 'newId'> {
  homes: HomesTable;
  tokens: TokensTable;
  conversation: ConversationTable;
  askSkill: AskSkill;
}

/** Makes a home, which links itself to the skill and has Alexa discover its bulbs. `token` is the page's key: it is told this once. */
export async function makeHome(
  parts: ConsoleParts,
  { grants, seed }: { grants: Home['grants']; seed?: string | undefined },
): Promise<{ home: Home; token: string }> {
  const { homes, newId, now } = parts;
  const homeId = newId();
  const token = `${homeId}.${newId()}`;
  const home: Home = {
    homeId,
    keyHash: hashOf(token),
    vendorToken: `${homeId}.${newId()}`,
    grants,
    seed: seed ?? newId(),
    misbehaviour: WELL_BEHAVED,
    createdAtMs: now(),
    isLinked: false,
    endpoints: [],
  };
  await homes.create(home, bulbsOf(homeId, now()));
  const isLinked = await twice(() => link(parts, home));
  const endpoints = await twice(async () => (await carryOut(parts, home, { kind: 'discover' }, newId())).endpoints);
  return { home: { ...home, isLinked: isLinked ?? false, endpoints: endpoints ?? [] }, token };
}

/** What customers do when linking their account fails: a skill that was asleep answers too late the first time. */
async function twice<Result>(attempt: () => Promise<Result | undefined>): Promise<Result | undefined> {
  return (await attempt()) ?? (await attempt());
}

/** Says something to Alexa, and waits for the skill's own answer to what she makes of it. */
export async function say(parts: ConsoleParts, home: Home, text: string): Promise<Utterance> {
  const { conversation, newId, now } = parts;
  const meaning = understand(text, home.endpoints);
  const utterance: Utterance = { utteranceId: newId(), text, saidAtMs: now() };
  if (meaning.kind === 'nothing') {
    const heard = { ...utterance, direct: { atMs: now(), speech: meaning.speech } };
    await conversation.keepUtterance(home.homeId, heard);
    return heard;
  }
  const deviceName = meaning.kind === 'directive' ? meaning.endpoint.friendlyName : undefined;
  const done = await carryOut(parts, home, meaning, utterance.utteranceId, async (directive) => {
    // Before the skill is asked: an answer by the gateway may come before its own.
    await conversation.keepUtterance(home.homeId, { ...utterance, directive, deviceName });
  });
  const { directive, message, atMs } = done;
  const name = calledIn(deviceName);
  const speech = message ? speechTo(message, name) : silence(name);
  const answered = { ...utterance, directive, deviceName, direct: { atMs, message, speech } };
  await conversation.keepUtterance(home.homeId, answered);
  return answered;
}

/** What came of a directive. */
interface Done {
  directive: Directive;
  /** The skill's answer; undefined where it failed, or said what is no answer. */
  message: SkillMessage | undefined;
  atMs: number;
  /** What Discover has found. */
  endpoints?: Home['endpoints'];
}

async function carryOut(
  parts: ConsoleParts,
  home: Home,
  meaning: Exclude<Meaning, { kind: 'nothing' }>,
  utteranceId: string,
  before: (directive: Directive) => Promise<void> = async () => {},
): Promise<Done> {
  const directive = await directiveFor(parts, home, meaning, utteranceId);
  await before(directive);
  const message = answerIn(await parts.askSkill(directive), directive);
  const done: Done = { directive, message, atMs: parts.now() };
  if (!message) return done;
  const belief = beliefIn(message);
  if (belief) await parts.conversation.believe(home.homeId, belief);
  if (message.event.header.name === 'AcceptGrant.Response' && !home.misbehaviour.skillDisabled)
    await parts.homes.change(home.homeId, { isLinked: true });
  if (message.event.header.name !== 'Discover.Response') return done;
  const endpoints = endpointsIn(message);
  await parts.homes.change(home.homeId, { endpoints });
  return { ...done, endpoints };
}

async function directiveFor(
  parts: ConsoleParts,
  { homeId, vendorToken: token }: Home,
  meaning: Exclude<Meaning, { kind: 'nothing' }>,
  utteranceId: string,
): Promise<Directive> {
  const messageId = parts.newId();
  switch (meaning.kind) {
    case 'link':
      return acceptGrant({ messageId, token, code: await issueCode(parts, homeId) });
    case 'discover':
      return discover({ messageId, token });
    case 'directive':
      return directiveTo(meaning.endpoint, meaning, {
        messageId,
        token,
        correlationToken: `${utteranceId}.${parts.newId()}`,
      });
  }
}

/** Undefined for a skill that does not link the account. */
async function link(parts: ConsoleParts, home: Home): Promise<true | undefined> {
  const { message } = await carryOut(parts, home, { kind: 'link' }, parts.newId());
  return message?.event.header.name === 'AcceptGrant.Response' ? true : undefined;
}

/** The skill's answer, if it is one to this directive: Alexa takes no other. */
function answerIn(answer: SkillAnswer, { directive: { header } }: Directive): SkillMessage | undefined {
  if (answer.kind === 'failed') return undefined;
  const { data: message } = z.safeParse(skillMessage, answer.message);
  return message?.event.header.correlationToken === header.correlationToken ? message : undefined;
}
