import { describe, expect, it } from '@jest/globals';
import { checkWrite, isUnchanged, rangeIn } from '../conditions.ts';

describe('a range of ten bytes', () => {
  // As AWS answers: what is no range is not listened to.
  it.each(['bytes=1-0', 'bytes=-1-', 'bytes=0-1,3-4', '0-1', 'bytes=-', undefined])('%s: all of it', (header) => {
    expect(rangeIn(header, 10)).toBeUndefined();
  });
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=2-', 2, 9],
    ['bytes=-3', 7, 9],
    ['bytes=-15', 0, 9],
    ['bytes=0-100', 0, 9],
  ])('%s: from %i to %i', (header, first, last) => {
    expect(rangeIn(header, 10)).toEqual({ first, last });
  });
  it.each(['bytes=-0', 'bytes=100-200', 'bytes=10-'])('%s: refused', (header) => {
    expect(() => rangeIn(header, 10)).toThrow('The requested range is not satisfiable');
  });
});

describe('conditions of a reader', () => {
  const at = (iso: string) => Date.parse(iso);
  const object = { etag: '"abc"', lastModifiedMs: at('2030-01-02T00:00:00.700Z') };
  const nowMs = at('2030-01-03T00:00:00Z');
  const date = (day: string) => new Date(at(day)).toUTCString();

  it.each([
    ['no condition', {}, false],
    ['the ETag that is there', { IfNoneMatch: 'abc' }, true],
    ['one of several', { IfNoneMatch: '"x", W/"abc"' }, true],
    ['another ETag', { IfNoneMatch: '"x"' }, false],
    ['the second of its change', { IfModifiedSince: date('2030-01-02T00:00:00Z') }, true],
    ['a time before', { IfModifiedSince: date('2030-01-01T00:00:00Z') }, false],
    ['a time that has not come', { IfModifiedSince: date('2030-01-04T00:00:00Z') }, false],
    ['what is no time', { IfModifiedSince: 'yesterday' }, false],
    ['an ETag before a time', { IfNoneMatch: '"x"', IfModifiedSince: date('2030-01-02T00:00:00Z') }, false],
  ])('has it already with %s: %#', (_what, conditions, unchanged) => {
    expect(isUnchanged(conditions, object, nowMs)).toBe(unchanged);
  });
  it.each([{ IfMatch: '"x"' }, { IfUnmodifiedSince: date('2030-01-01T00:00:00Z') }])('%j is refused', (conditions) => {
    expect(() => isUnchanged(conditions, object, nowMs)).toThrow('At least one of the pre-conditions');
  });
  it('takes an ETag that fits before a time that does not', () => {
    const conditions = { IfMatch: '"abc"', IfUnmodifiedSince: date('2030-01-01T00:00:00Z') };
    expect(isUnchanged(conditions, object, nowMs)).toBe(false);
  });
});

describe('conditions of a writer', () => {
  const found = { etag: '"abc"', lastModifiedMs: 0 };
  it.each([
    ['nothing is there', { IfNoneMatch: '*' }, undefined],
    ['it is the one that was read', { IfMatch: '"abc"' }, found],
    ['there is no condition', {}, found],
  ])('hold when %s', (_what, conditions, object) => {
    expect(() => checkWrite('key', conditions, object)).not.toThrow();
  });
  it.each([
    ['PreconditionFailed', { IfNoneMatch: '*' }, found],
    ['PreconditionFailed', { IfMatch: '"x"' }, found],
    ['NoSuchKey', { IfMatch: '"abc"' }, undefined],
    ['NotImplemented', { IfNoneMatch: '"abc"' }, undefined],
    ['NotImplemented', { IfMatch: '*' }, found],
  ])('are refused with %s: %j', (code, conditions, object) => {
    expect(() => checkWrite('key', conditions, object)).toThrow(expect.objectContaining({ code }));
  });
});
