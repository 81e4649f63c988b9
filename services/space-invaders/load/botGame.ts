import { PLAY, type Standing } from '@arcade/events/contracts/space-invaders';
import type { Random } from '../../../packages/local-aws/core/random.ts';

/** A trial that a bot plays. */
export interface BotTrial {
  /** How it stands after so many milliseconds since the trial began; they never fall. */
  at(elapsedMs: number): Standing;
}

/** Between two rockets. */
const RELOAD_MS = 1000 / PLAY.rocketsPerSecond;
/** The worst of the bots hits with one rocket in four, the best with nine in ten. */
const SKILL = { least: 0.25, most: 0.9 };
/** A life lasts so long at the least, and on average so much longer. */
const LIFE_MS = { least: 20_000, more: 60_000 };

/**
 * A trial as a player could play it, without the game: rockets as fast as they are loaded, some of which hit, and lives that end. It costs
 * next to nothing, so that hundreds of bots do not take the time of what they measure.
 */
export function createBotTrial(random: Random): BotTrial {
  const skill = SKILL.least + random() * (SKILL.most - SKILL.least);
  const lifeMs = () => LIFE_MS.least - Math.log(1 - random()) * LIFE_MS.more;
  const standing: Standing = { score: 0, lives: PLAY.lives, shots: 0, level: 1 };
  let hits = 0;
  let nextShotMs = RELOAD_MS * (1 + random());
  let endOfLifeMs = lifeMs();

  const fire = () => {
    standing.shots += 1;
    if (random() >= skill) return;
    hits += 1;
    standing.score += PLAY.points;
    if (hits < PLAY.invaders) return;
    standing.score += PLAY.levelBonus * standing.level;
    standing.level += 1;
    hits = 0;
  };

  return {
    at(elapsedMs) {
      while (standing.lives > 0) {
        const nextMs = Math.min(nextShotMs, endOfLifeMs);
        if (nextMs > elapsedMs) break;
        if (nextMs === endOfLifeMs) {
          standing.lives -= 1;
          endOfLifeMs += lifeMs();
        } else {
          fire();
          nextShotMs += RELOAD_MS * (1 + random());
        }
      }
      return { ...standing };
    },
  };
}
