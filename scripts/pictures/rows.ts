import type { EventName } from './events.ts';
import type { StepName } from './steps.ts';

/** How large a window is, in CSS pixels, and how many of the screen's pixels make one. */
export const VIEWPORTS = {
  desk: { width: 1280, height: 800, scale: 1.5 },
  phone: { width: 390, height: 844, scale: 2 },
  projector: { width: 1920, height: 1080, scale: 1 },
} as const;

/** A picture: what is opened, what is done there, and the event after which it is taken. */
export interface PictureRow {
  /** What it shows; a file's name begins with it. */
  name: string;
  /** Path of the page. */
  path: string;
  viewport: keyof typeof VIEWPORTS;
  scheme: 'light' | 'dark';
  steps: readonly StepName[];
  /** It is taken when this has happened, never after a time. */
  waitsFor: EventName;
}

/** The film's file, in docs/images. */
export const FILM = 'arcade.png';

/** `rally-desk-dark.webp`, in docs/images. */
export const fileOf = ({ name, viewport, scheme }: PictureRow): string => `${name}-${viewport}-${scheme}.webp`;

/** A picture by day and by night: a README shows the one that suits its reader. */
const inBoth = (row: Omit<PictureRow, 'scheme'>): PictureRow[] => [
  { ...row, scheme: 'light' },
  { ...row, scheme: 'dark' },
];

const rally = {
  name: 'ping-pong-rally',
  path: '/ping-pong',
  steps: ['serve unless a ball is in play'],
  waitsFor: 'a stroke numbered 3 or later is drawn',
} as const;

const accusations = {
  name: 'mafia-day',
  path: '/mafia',
  steps: ['start a game', 'play a turn', 'play a turn'],
  waitsFor: 'who accuses whom is drawn',
} as const;

const bots = ['sign in as a manager', 'let bots play'] as const;

const invaders = {
  name: 'space-invaders-play',
  path: '/space-invaders/manager',
  steps: [...bots, 'play along'],
  waitsFor: 'two figures of points, of oneself and of others, are on the board',
} as const;

const home = {
  name: 'smart-home',
  path: '/smart-home',
  steps: ['turn on a bulb of each kind'],
  waitsFor: 'each kind of bulb has answered',
} as const;

const lobby = {
  name: 'lobby',
  path: '/',
  steps: ['serve and deal next door'],
  waitsFor: 'the lobby tells of a rally and a game, and its floor pulses',
} as const;

/** All pictures of the READMEs, but for the film. */
export const pictureRows: readonly PictureRow[] = [
  ...inBoth({ ...lobby, viewport: 'desk' }),
  ...inBoth({ ...lobby, viewport: 'phone' }),
  ...inBoth({
    name: 'floor',
    path: '/live',
    viewport: 'desk',
    steps: ['serve and deal next door', "open what goes from ping's topic to the lobby"],
    waitsFor: 'a message of a line is open',
  }),
  ...inBoth({
    name: 'events',
    path: '/events#ping_pong.ball_hit',
    viewport: 'desk',
    steps: ['serve and deal next door'],
    waitsFor: 'the open event has passed twice',
  }),
  ...inBoth({ ...rally, viewport: 'projector' }),
  ...inBoth({ ...rally, viewport: 'phone' }),
  ...inBoth({ ...accusations, viewport: 'desk' }),
  ...inBoth({ ...accusations, viewport: 'phone' }),
  ...inBoth({
    name: 'mafia-peek',
    path: '/mafia',
    viewport: 'desk',
    steps: ['start a game', 'play a turn', 'peek'],
    waitsFor: 'the index has answered',
  }),
  ...inBoth({
    name: 'mafia-end',
    path: '/mafia',
    viewport: 'desk',
    steps: ['start a game', 'play to the end'],
    waitsFor: 'the survivors are unmasked',
  }),
  ...inBoth({ ...invaders, viewport: 'desk' }),
  ...inBoth({ ...invaders, viewport: 'phone' }),
  ...inBoth({
    name: 'space-invaders-manager',
    path: '/space-invaders/manager',
    viewport: 'desk',
    steps: bots,
    waitsFor: 'the manager sees three figures of points, and how old they are',
  }),
  // It is dark by day, too.
  {
    name: 'space-invaders-wall',
    path: '/space-invaders/manager',
    viewport: 'projector',
    scheme: 'dark',
    steps: [...bots, 'open the wall'],
    waitsFor: 'three figures of points are on the wall',
  },
  ...inBoth({ ...home, viewport: 'desk' }),
  ...inBoth({ ...home, viewport: 'phone' }),
  // Last: from here on messages are delivered twice.
  ...inBoth({
    name: 'ping-pong-ghost',
    path: '/ping-pong',
    viewport: 'desk',
    steps: ['serve unless a ball is in play', 'duplicate messages'],
    waitsFor: 'a ghost ball is drawn and told of',
  }),
];
