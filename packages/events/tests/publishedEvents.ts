import type { AnyEvent } from '../contract.ts';

const envelope = { id: 'event-1', time: '2030-01-01T00:00:00.000Z', correlationId: 'chain-1', causationId: 'event-0' };
const pingPong = { ...envelope, source: 'ping-pong', version: 1 };
const mafia = { ...envelope, source: 'mafia', version: 1 };
const fakemon = { ...envelope, source: 'fakemon', version: 1 };
const spaceInvaders = { ...envelope, source: 'space-invaders', version: 1 };
const smartHome = { ...envelope, source: 'smart-home', version: 1 };
const bulbVendor = { ...envelope, source: 'smart-home-world', version: 1 };
const lobby = { ...envelope, source: 'lobby', version: 1 };
const device = { account: 'h', endpointId: 'bulb-1', api: 'push' };
const deferred = {
  ...device,
  directiveId: 'd',
  correlationToken: 'c',
  receivedAtMs: 1_900_000_000_000,
  answerByMs: 1_900_000_006_000,
};
const directive = { ...deferred, command: { brightness: 40 }, token: 'vendor-token' };
const lamp = { power: 'ON', brightness: 40, sampledAtMs: 1_900_000_001_000 };
const bulbChange = {
  account: 'h',
  deviceId: 'bulb-1',
  state: { power: 'ON', brightness: 40 },
  changedAtMs: 1_900_000_001_000,
  requestId: 'd',
};
const status = {
  sessionId: 's',
  player: 'p',
  name: 'ann',
  trial: 1,
  sequence: 2,
  sentAtMs: 1_900_000_000_000,
  score: 10,
  lives: 3,
  shots: 2,
  level: 1,
};
const attempt = { player: 'p', name: 'ann', attemptId: 'a', fakemonId: 'f' };

/**
 * An event of each version of each contract, as it went out: with every field that its consumers may rely on. Lines are added,
 * never changed: such events wait in outboxes and queues when a new version is deployed.
 */
export const PUBLISHED: readonly AnyEvent[] = [
  { ...pingPong, type: 'ping_pong.ball_hit', detail: { rally: 1, stroke: 2, by: 'pong' } },
  { ...pingPong, type: 'ping_pong.serve_called', detail: { rally: 1, server: 'ping', ralliesLeft: 0 } },
  {
    ...pingPong,
    type: 'ping_pong.point_scored',
    detail: { rally: 1, strokes: 2, winner: 'ping', game: 1, score: { ping: 1, pong: 0 } },
  },
  {
    ...pingPong,
    type: 'ping_pong.game_won',
    detail: { game: 1, winner: 'ping', score: { ping: 11, pong: 0 }, games: { ping: 1, pong: 0 } },
  },
  { ...pingPong, type: 'ping_pong.let_called', detail: { rally: 1, strokes: 2, reason: 'ball-lost' } },
  { ...mafia, type: 'mafia.game_started', detail: { gameId: 'g', players: ['Ann', 'Ben', 'Cleo'], mafia: 1 } },
  { ...mafia, type: 'mafia.player_killed', detail: { gameId: 'g', name: 'Ann' } },
  {
    ...mafia,
    type: 'mafia.players_accused',
    detail: { gameId: 'g', accusations: [{ by: 'Ben', accused: 'Cleo' }], mostAccused: ['Cleo'] },
  },
  { ...mafia, type: 'mafia.player_sentenced', detail: { gameId: 'g', name: 'Cleo', correctly: true } },
  { ...mafia, type: 'mafia.game_ended', detail: { gameId: 'g', outcome: 'innocents' } },
  { ...fakemon, type: 'fakemon.capture_attempt', detail: attempt },
  {
    ...fakemon,
    type: 'fakemon.capture_succeeded',
    detail: { ...attempt, species: 'cindle', unitsLeft: 0, capturedAtMs: 1_900_000_000_000 },
  },
  {
    ...fakemon,
    type: 'fakemon.capture_failed',
    detail: { ...attempt, reason: 'taken', species: 'cindle', lateMs: 38, takenBy: 'ben' },
  },
  {
    ...fakemon,
    type: 'fakemon.fakemon_appeared',
    detail: {
      fakemonId: 'f',
      species: 'cindle',
      x: 0,
      y: 1000,
      units: 1,
      appearsAtMs: 1_900_000_000_000,
      expiresAtMs: 1_900_000_030_000,
    },
  },
  {
    ...fakemon,
    type: 'fakemon.unit_taken',
    detail: { fakemonId: 'f', species: 'cindle', unitsLeft: 0, by: 'ann', capturedAtMs: 1_900_000_000_000 },
  },
  {
    ...fakemon,
    type: 'fakemon.alarm_changed',
    detail: { alarm: 'fakemon-dead-letters', state: 'ALARM', previousState: 'OK', reason: 'one message' },
  },
  { ...spaceInvaders, type: 'space_invaders.status_updated', detail: status },
  {
    ...spaceInvaders,
    type: 'space_invaders.session_changed',
    detail: {
      sessionId: 's',
      gameType: 'TIME_CONSTRAINED',
      seats: 200,
      isSynchronized: true,
      openedAtMs: 1_900_000_000_000,
      startsAtMs: 1_900_000_005_000,
      minutes: 5,
      closedAtMs: 1_900_000_305_000,
    },
  },
  {
    ...spaceInvaders,
    type: 'space_invaders.status_set_aside',
    detail: { sessionId: 's', player: 'p', name: 'ann', reason: 'too_many_points', count: 1, statuses: [status] },
  },
  { ...smartHome, type: 'smart_home.directive_deferred', detail: directive },
  { ...smartHome, type: 'smart_home.directive_deferred', detail: { ...directive, command: { power: 'OFF' } } },
  { ...smartHome, type: 'smart_home.directive_deferred', detail: { ...directive, command: { brightnessDelta: -20 } } },
  { ...smartHome, type: 'smart_home.poll_due', detail: { ...directive, asked: 1 } },
  {
    ...smartHome,
    type: 'smart_home.answer_ready',
    detail: { ...deferred, outcome: { kind: 'response', state: lamp } },
  },
  {
    ...smartHome,
    type: 'smart_home.answer_ready',
    detail: { ...deferred, outcome: { kind: 'response', state: { power: 'ON', sampledAtMs: 2 } } },
  },
  {
    ...smartHome,
    type: 'smart_home.answer_ready',
    detail: { ...deferred, outcome: { kind: 'error', error: 'ENDPOINT_UNREACHABLE', message: 'no answer' } },
  },
  {
    ...smartHome,
    type: 'smart_home.change_ready',
    detail: { ...device, cause: 'PHYSICAL_INTERACTION', state: lamp, changed: ['power'] },
  },
  {
    ...smartHome,
    type: 'smart_home.change_ready',
    detail: { ...device, cause: 'PERIODIC_POLL', state: lamp, reachable: false, changed: ['power'] },
  },
  {
    ...smartHome,
    type: 'smart_home.answer_late',
    detail: { ...deferred, outcome: { kind: 'response', state: lamp }, lateMs: 40 },
  },
  { ...smartHome, type: 'smart_home.check_due', detail: { directiveId: 'directive-1' } },
  { ...bulbVendor, type: 'bulb_vendor.state_changed', detail: bulbChange },
  {
    ...bulbVendor,
    type: 'bulb_vendor.push_due',
    detail: { change: bulbChange, callbackUrl: 'https://hook.example.com/changes' },
  },
  {
    ...spaceInvaders,
    type: 'space_invaders.trial_counted',
    detail: {
      sessionId: 's',
      player: 'p',
      name: 'ann',
      trial: 1,
      score: 120,
      level: 2,
      isOver: true,
      countedAtMs: 1_900_000_000_000,
    },
  },
  {
    ...smartHome,
    type: 'smart_home.directive_answered',
    detail: {
      directiveId: 'd',
      home: '0123abcd',
      endpointId: 'bulb-1',
      api: 'push',
      outcome: 'response',
      power: 'ON',
      brightness: 40,
      afterMs: 230,
    },
  },
  {
    ...lobby,
    type: 'lobby.happened',
    detail: {
      happeningId: 'event-0',
      cabinet: 'mafia',
      about: 'mafia.game_ended',
      sentence: 'A town has found its mafia.',
      atMs: 1_900_000_000_000,
      chain: 'chain-1',
      facts: { days: 2, outcome: 'innocents' },
    },
  },
  {
    ...lobby,
    type: 'lobby.record_set',
    detail: {
      discipline: 'longest-rally',
      value: 42,
      holder: 'ping and pong',
      atMs: 1_900_000_000_000,
      chain: 'chain-1',
    },
  },
];
