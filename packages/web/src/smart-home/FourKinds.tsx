import { type CSSProperties, useEffect, useState } from 'react';
import { durationWords } from '../lib/duration.ts';
import { type Latest, remembered, type Took, tookOf } from './exchange.ts';
import type { Home, Kind } from './home.ts';
import { KINDS, type KindWords } from './kinds.ts';
import { GIVEN_UP_MS, LIMIT_MS, MARKS_MS, partOf } from './scale.ts';
import { shortWords, switchWords } from './words.ts';
import './kinds.css';

const at = (ms: number) => ({ '--at': partOf(ms) }) as CSSProperties;

/** How long it took, in a word: until the answer, or that there was none. */
function tookWords({ finalMs, error }: Took): string {
  if (finalMs === undefined) return error === undefined ? '…' : '✗';
  return error === undefined ? durationWords(finalMs) : `✗ ${durationWords(finalMs)}`;
}

/** A line of time: when Alexa heard that she will be answered, when she was, and when she was corrected. */
function Track({ latest }: { latest: Latest | undefined }) {
  const took = latest && tookOf(latest.exchange);
  return (
    <span className="track" aria-hidden="true">
      {MARKS_MS.map((ms) => (
        <i key={ms} className="track-mark" style={at(ms)} />
      ))}
      {took?.finalMs !== undefined && (
        <i className="track-bar" data-failed={took.error !== undefined} style={at(took.finalMs)} />
      )}
      {took?.firstMs !== undefined && <i className="track-first" style={at(took.firstMs)} />}
      {latest?.changes.map(({ exchange: { id, saidAtMs }, isCorrection }) => (
        <i
          key={id}
          className="track-change"
          data-correction={isCorrection}
          style={at(saidAtMs - latest.exchange.saidAtMs)}
        />
      ))}
    </span>
  );
}

/** What the row says to somebody who does not see the line. */
function rowWords({ title, does }: KindWords, latest: Latest | undefined): string {
  const took = latest && tookOf(latest.exchange);
  if (!took) return `${title}: ${does}`;
  const first = took.firstMs === undefined ? '' : `, Alexa heard of it after ${durationWords(took.firstMs)}`;
  const final = took.finalMs === undefined ? '' : `, answered after ${durationWords(took.finalMs)}`;
  const error = took.error === undefined ? '' : `, ${took.error}`;
  const changes = latest.changes.some(({ isCorrection }) => isCorrection) ? ', and was told otherwise since' : '';
  return `${title}: ${does}${first}${final}${error}${changes}`;
}

export interface FourKindsProps {
  home: Home | undefined;
  /** Whose network glows below. */
  kind: Kind | undefined;
  onKind: (kind: Kind | undefined) => void;
  onSay: (text: string) => void;
}

/** How long each kind of API took the last time, side by side on one axis; a press shows its network, another says something to it. */
export function FourKinds({ home, kind, onKind, onSay }: FourKindsProps) {
  const [known, setKnown] = useState<ReturnType<typeof remembered>>({});
  const all = home ? remembered(known, home) : known;
  useEffect(() => {
    if (home) setKnown((before) => remembered(before, home));
  }, [home]);
  return (
    <div className="kinds">
      {KINDS.map((one) => {
        const latest = all[one.kind];
        const took = latest && tookOf(latest.exchange);
        const bulb = home?.bulbs.find(({ api }) => api === one.kind);
        return (
          <div key={one.kind} className="kind" data-kind={one.kind}>
            <button
              type="button"
              className="kind-choice"
              aria-pressed={kind === one.kind}
              aria-label={rowWords(one, latest)}
              title={one.does}
              onClick={() => onKind(kind === one.kind ? undefined : one.kind)}
            >
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d={one.mark} />
              </svg>
              <span>{one.title}</span>
              <Track latest={latest} />
              <span key={took && tookWords(took)} className="kind-took">
                {took && tookWords(took)}
              </span>
            </button>
            {bulb ? (
              <button
                type="button"
                className="kind-say"
                aria-label={`${shortWords(bulb)}: say “${switchWords(bulb)}”`}
                title={`“Alexa, ${switchWords(bulb)}”`}
                onClick={() => onSay(switchWords(bulb))}
              >
                <span key={bulb.state.power}>{shortWords(bulb)}</span>
              </button>
            ) : (
              <span />
            )}
          </div>
        );
      })}
      <p className="axis" aria-hidden="true">
        <span className="axis-line">
          {MARKS_MS.map((ms) => (
            <i key={ms} style={at(ms)}>
              {ms === GIVEN_UP_MS && '✗ '}
              {ms / 1000}
              {ms === LIMIT_MS && ' s'}
            </i>
          ))}
        </span>
      </p>
    </div>
  );
}
