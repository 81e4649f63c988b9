import { FIELD, type Game, type Happening, SHIP } from './engine.ts';
import { COLOURS, makeSprites, type Sprites } from './sprites.ts';

/** An invader that was hit, on its way down. */
interface Wreck {
  x: number;
  y: number;
  rank: number;
  /** Units a second. */
  down: number;
  turn: number;
}

/** A spark. */
interface Spark {
  x: number;
  y: number;
  across: number;
  down: number;
  colour: string;
  leftMs: number;
}

/** Draws a game on a canvas. */
export interface Painter {
  /** `dtMs`: since the frame before. */
  paint(game: Game | undefined, happened: readonly Happening[], dtMs: number): void;
  /** `width` and `height` in CSS pixels, `ratio` of the screen's to them. */
  resize(width: number, height: number, ratio: number): void;
  /** Whether something still moves that is no part of the game. */
  isMoving(): boolean;
}

export interface PainterOptions {
  /** Nothing flies apart, nothing falls. */
  isStill: boolean;
  /** A wreck has gone through the bottom edge, at that part (0 to 1) of its width. */
  onThrough(part: number): void;
}

const SPARKS = 7;
const SPARK_MS = 420;
const GRAVITY = 520;
/** What an invader takes between two steps of its march, in units that it has gone. */
const STEP = 5;

const sparksAt = (x: number, y: number, colour: string, count: number): Spark[] =>
  Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI + 0.4;
    const speed = 35 + (index % 3) * 18;
    return { x, y, colour, across: Math.cos(angle) * speed, down: Math.sin(angle) * speed, leftMs: SPARK_MS };
  });

export function createPainter(context: CanvasRenderingContext2D, { isStill, onThrough }: PainterOptions): Painter {
  let sprites: Sprites | undefined;
  let wrecks: Wreck[] = [];
  let sparks: Spark[] = [];
  /** Whoever was there in the frame before, to tell which of them was hit. */
  let before: Game | undefined;

  const rankAt = ({ x, y }: Happening) =>
    before?.invaders.find((one) => Math.hypot(one.x - x, one.y - y) < 4)?.rank ?? 0;
  const take = (happened: readonly Happening[]) => {
    for (const one of happened) {
      const { what, x, y } = one;
      if (isStill) {
        if (what === 'hit') onThrough(x / FIELD.width);
      } else if (what === 'hit') {
        const rank = rankAt(one);
        const colour = COLOURS.tribes[Math.ceil(rank / 2) % COLOURS.tribes.length] ?? COLOURS.ship;
        sparks.push(...sparksAt(x, y, colour, SPARKS));
        wrecks.push({ x, y, rank, down: 0, turn: 0 });
      } else if (what === 'lost' || what === 'over') sparks.push(...sparksAt(x, y, COLOURS.bomb, 3 * SPARKS));
    }
  };
  const move = (dtMs: number) => {
    const seconds = dtMs / 1_000;
    for (const wreck of wrecks) {
      wreck.down += GRAVITY * seconds;
      wreck.y += wreck.down * seconds;
      wreck.turn += 3 * seconds;
      if (wreck.y > FIELD.height + 8) onThrough(wreck.x / FIELD.width);
    }
    wrecks = wrecks.filter(({ y }) => y <= FIELD.height + 8);
    for (const spark of sparks) {
      spark.x += spark.across * seconds;
      spark.y += spark.down * seconds;
      spark.leftMs -= dtMs;
    }
    sparks = sparks.filter(({ leftMs }) => leftMs > 0);
  };
  const drawGame = (game: Game, { put, ...pictures }: Sprites) => {
    for (const { x, y, rank } of game.invaders) {
      const step = Math.floor((x + 2 * y) / STEP) % 2 === 0 ? 0 : 1;
      put(context, pictures.invader(rank, step), x, y);
    }
    for (const { x, y } of game.rockets) put(context, pictures.rocket, x, y);
    for (const { x, y } of game.bombs) put(context, pictures.bomb, x, y);
    // It blinks while nothing hurts it.
    const isSeen = game.phase !== 'over' && (isStill || Math.floor(game.shieldMs / 120) % 2 === 0);
    if (isSeen) put(context, pictures.ship, game.shipX, SHIP.y);
  };
  const drawRest = ({ put, invader }: Sprites) => {
    for (const { x, y, rank, turn } of wrecks) {
      context.save();
      context.translate(x, y);
      context.rotate(turn);
      put(context, invader(rank, 0), 0, 0);
      context.restore();
    }
    for (const { x, y, colour, leftMs } of sparks) {
      context.globalAlpha = Math.max(0, leftMs / SPARK_MS);
      context.fillStyle = colour;
      context.fillRect(x - 0.8, y - 0.8, 1.6, 1.6);
    }
    context.globalAlpha = 1;
  };

  return {
    paint(game, happened, dtMs) {
      take(happened);
      move(dtMs);
      context.clearRect(0, 0, FIELD.width, FIELD.height);
      if (sprites && game) drawGame(game, sprites);
      if (sprites) drawRest(sprites);
      before = game;
    },
    resize(width, height, ratio) {
      const { canvas } = context;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      context.setTransform(canvas.width / FIELD.width, 0, 0, canvas.height / FIELD.height, 0, 0);
      sprites = makeSprites(Math.max(1, canvas.width / FIELD.width));
    },
    isMoving: () => wrecks.length > 0 || sparks.length > 0,
  };
}
