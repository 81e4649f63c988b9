import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { type Contract, defineEvent } from '../contract.ts';
import { ALL_CONTRACTS } from '../contracts/all.ts';
import { breachOf, isWritten, losses, SCHEMA_FOLDER, writeSchemas, writtenSchemas } from '../schemaFiles.ts';

const contractsIn = readdirSync(join(import.meta.dirname, '../contracts')).filter((name) => name !== 'all.ts');

describe('the contracts', () => {
  const written = writtenSchemas();

  it.each(ALL_CONTRACTS.map((contract) => [contract.type, contract] as const))(
    '%s breaks nothing that was written down of its version',
    (_type, contract) => {
      expect(breachOf(contract, written)).toBeUndefined();
    },
  );

  it('are written down as they are: npm run schemas does it', () => {
    expect(ALL_CONTRACTS.filter((contract) => !isWritten(contract, written)).map(({ type }) => type)).toEqual([]);
  });

  it('are all that were ever written down, or have later versions', () => {
    expect(losses(ALL_CONTRACTS, written)).toEqual([]);
  });

  it('are those of every file', () => {
    expect(new Set(ALL_CONTRACTS.map(({ source }) => source)).size).toBe(contractsIn.length);
    expect(readdirSync(SCHEMA_FOLDER)).toHaveLength(written.length);
  });
});

describe('a contract that is written down', () => {
  let folder: string;
  const thrown = (detail: z.core.$ZodObject, version = 1): Contract =>
    defineEvent({ type: 'game.thrown', version, source: 'game', description: 'A throw.', detail });
  const first = thrown(z.object({ by: z.string() }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'schemas-'));
    expect(writeSchemas([first], folder)).toEqual(['game.thrown.v1.json']);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('may have an optional field more, which is then written down', () => {
    const more = thrown(z.object({ by: z.string(), spin: z.optional(z.number()) }));

    expect(breachOf(more, writtenSchemas(folder))).toBeUndefined();
    expect(isWritten(more, writtenSchemas(folder))).toBe(false);
    expect(writeSchemas([more], folder)).toEqual(['game.thrown.v1.json']);
    expect(isWritten(more, writtenSchemas(folder))).toBe(true);
    expect(breachOf(first, writtenSchemas(folder))).toContain('detail.spin was taken away');
  });

  it('is not written over by one that breaks it: the sentence says what to do', () => {
    const renamed = thrown(z.object({ player: z.string() }));
    const sentence =
      'game.thrown has changed: detail.by was taken away; detail.player is new, and required. ' +
      'Who consumes version 1 cannot read that: raise `version` to 2.';

    expect(breachOf(renamed, writtenSchemas(folder))).toBe(sentence);
    expect(() => writeSchemas([renamed], folder)).toThrow(sentence);
    expect(isWritten(first, writtenSchemas(folder))).toBe(true);
  });

  it('stays beside its next version, and may not vanish', () => {
    const second = thrown(z.object({ player: z.string() }), 2);

    expect(writeSchemas([second], folder)).toEqual(['game.thrown.v2.json']);
    const written = writtenSchemas(folder);
    expect(losses([second], written)).toEqual([]);
    expect(losses([first], written)).toEqual([expect.stringContaining('game.thrown has no version 2 any more')]);
  });
});
