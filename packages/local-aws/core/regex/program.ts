import { type CharTest, type Node, RegexError } from './syntax.ts';

/** A step of matching; `match` is the end. */
export type Instruction =
  | { op: 'char'; test: CharTest }
  | { op: 'assert'; holds: (text: string, at: number) => boolean }
  | { op: 'look'; program: Program; isNegative: boolean }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { op: 'save'; slot: number }
  | { op: 'match' };
/** What an expression is written out as. */
export type Program = Instruction[];

/** Repetitions are written out, so a small text may ask for a large program: so many parts go, each as often as it stands there. */
const MAX_PARTS = 5000;

/** Writes an expression out. Throws RegexError for one that comes out too large. */
export function compile(node: Node): Program {
  const program: Program = [];
  emit(node, program, { parts: MAX_PARTS });
  program.push({ op: 'match' });
  return program;
}

/** How much may still be written out. */
interface Room {
  parts: number;
}

function emit(node: Node, program: Program, room: Room): void {
  room.parts -= 1;
  if (room.parts < 0) throw new RegexError('the regular expression is too large when its repetitions are written out');
  switch (node.kind) {
    case 'char':
      program.push({ op: 'char', test: node.test });
      break;
    case 'assertion':
      program.push({ op: 'assert', holds: node.holds });
      break;
    case 'lookahead': {
      const inner: Program = [];
      emit(node.part, inner, room);
      inner.push({ op: 'match' });
      program.push({ op: 'look', program: inner, isNegative: node.isNegative });
      break;
    }
    case 'group':
      program.push({ op: 'save', slot: 2 * node.index });
      emit(node.part, program, room);
      program.push({ op: 'save', slot: 2 * node.index + 1 });
      break;
    case 'sequence':
      for (const part of node.parts) emit(part, program, room);
      break;
    case 'choice':
      emitChoice(node.parts, program, room);
      break;
    case 'repeat':
      emitRepeat(node, program, room);
      break;
  }
}

function emitChoice(parts: readonly Node[], program: Program, room: Room): void {
  const jumps: { op: 'jump'; to: number }[] = [];
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) emit(part, program, room);
    else {
      const split = { op: 'split' as const, first: program.length + 1, second: 0 };
      const jump = { op: 'jump' as const, to: 0 };
      program.push(split);
      emit(part, program, room);
      program.push(jump);
      jumps.push(jump);
      split.second = program.length;
    }
  }
  for (const jump of jumps) jump.to = program.length;
}

function emitRepeat(node: Extract<Node, { kind: 'repeat' }>, program: Program, room: Room): void {
  const { part, min, max, isLazy } = node;
  for (let count = 0; count < min; count += 1) emit(part, program, room);
  const splits: { inside: number; split: Extract<Instruction, { op: 'split' }> }[] = [];
  const optional = () => {
    const split = { op: 'split' as const, first: 0, second: 0 };
    program.push(split);
    splits.push({ inside: program.length, split });
    emit(part, program, room);
  };
  if (max === Number.POSITIVE_INFINITY) {
    const start = program.length;
    optional();
    program.push({ op: 'jump', to: start });
  } else for (let count = min; count < max; count += 1) optional();
  for (const { inside, split } of splits) {
    split.first = isLazy ? program.length : inside;
    split.second = isLazy ? inside : program.length;
  }
}
