import { memo } from 'react';
import type { Board } from './board.ts';
import type { BoardRow } from './ports.ts';
import './fullBoard.css';

interface RowProps extends Omit<BoardRow, 'player' | 'latest'> {
  place: number;
  /** Places up since the look before. */
  move: number;
}

const Row = memo(function Row({ place, name, isBot, score, shots, level, lives, trial, move }: RowProps) {
  return (
    <tr data-move={move > 0 ? 'up' : undefined}>
      <td>{place}</td>
      <th scope="row">
        <span className="board-name" title={name}>
          {name}
        </span>
        {isBot && <small className="bot-mark">bot</small>}
      </th>
      <td className="board-score">{score.toLocaleString('en')}</td>
      <td>{shots}</td>
      <td>{level}</td>
      <td>{lives}</td>
      <td>{trial}</td>
    </tr>
  );
});

export interface FullBoardProps {
  board: Board;
  moves: ReadonlyMap<string, number>;
  /** What is said where nobody is on it. */
  empty: string;
}

/** Everybody on the board, in its order. */
export function FullBoard({ board: { rows, isCut }, moves, empty }: FullBoardProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section className="full-board" aria-label="The whole board" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Place</span>
            </th>
            <th scope="col">Nickname</th>
            <th scope="col">Score</th>
            <th scope="col">Shots</th>
            <th scope="col">Level</th>
            <th scope="col">Lives</th>
            <th scope="col">Game</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ player, name, isBot, score, shots, level, lives, trial }, index) => (
            <Row
              key={player}
              place={index + 1}
              move={moves.get(player) ?? 0}
              {...{ name, isBot, score, shots, level, lives, trial }}
            />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="board-empty">{empty}</p>}
      {isCut && <p className="board-empty">More play than are shown: these are the first {rows.length}.</p>}
    </section>
  );
}
