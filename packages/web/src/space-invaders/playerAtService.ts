import type { IdToken } from '../lib/asPlayer.ts';
import type { Game, Input } from './game/engine.ts';
import { type RunParts, startRun } from './game/run.ts';
import { createStatusSender, type SenderParts } from './game/statusSender.ts';
import { Player } from './player.ts';
import { leaveSeat, sendStatus, takeSeat } from './service.ts';

/** In what those who play in this page differ. */
export interface Playing extends Pick<RunParts & SenderParts, 'onNextFrame' | 'dateMs' | 'onNews'> {
  idToken: IdToken;
  /** Between two statuses of the trial that begins, in milliseconds. */
  everyMs(): number;
  /** Presses the keys at each frame: whoever has one is a bot. */
  pilot?: (game: Game) => Input;
}

/** Somebody who plays by this page's clock and chance, and calls the service as whoever `idToken` is of. */
export function playerAtService({ onNextFrame, idToken, everyMs, dateMs, onNews, pilot }: Playing): Player {
  const own = { nowMs: () => performance.now(), random: Math.random };
  return new Player({
    startRun(readyMs) {
      const run = startRun({ ...own, readyMs, onNextFrame });
      if (pilot) run.watch({ onFrame: (game) => Object.assign(run.input, pilot(game)) });
      return run;
    },
    startSending: (of) =>
      createStatusSender({ ...of, ...own, everyMs: everyMs(), dateMs, post: (status) => sendStatus(status, idToken) }),
    takeSeat: (join) => takeSeat({ ...join, isBot: pilot !== undefined }, idToken),
    leaveSeat: (sessionId) => leaveSeat(sessionId, idToken),
    nowMs: own.nowMs,
    ...(onNews && { onNews }),
  });
}
