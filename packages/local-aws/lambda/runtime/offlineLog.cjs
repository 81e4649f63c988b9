'use strict';

/**
 * Writes what a function does in serverless-offline into its log file, as Lambda writes it into its log group: START, the lines
 * (console with time, request id and level; what goes to stdout as it is), END and REPORT. The terminal still gets them.
 */
const { appendFileSync, mkdirSync, renameSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { format } = require('node:util');

/** As large as the log files of local-aws get before they make way for a new one. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** The size of the file is looked at once in so many writes. */
const WRITES_BETWEEN_LOOKS = 100;

const LEVELS = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };

/** Takes lines, and writes them to the file at the next turn of the event loop. */
function createWriter(folder, functionName) {
  const file = join(folder, `${functionName}.log`);
  let lines = [];
  let writes = 0;

  const makeRoom = () => {
    mkdirSync(folder, { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_FILE_BYTES) renameSync(file, `${file}.1`);
  };
  const flush = () => {
    const text = lines.map((line) => `${line}\n`).join('');
    lines = [];
    try {
      if (writes % WRITES_BETWEEN_LOOKS === 0) makeRoom();
      writes += 1;
      appendFileSync(file, text);
    } catch {
      // A disk that is full or read-only costs the log, never the invocation.
    }
  };
  return (line) => {
    if (lines.length === 0) setImmediate(flush);
    lines.push(line);
  };
}

/** Catches console and stdout of this thread; gives back what marks the beginning and the end of invocations. */
function keepLog(folder, functionName, memoryMb) {
  const write = createWriter(folder, functionName);
  let requestId = 'undefined';

  const terminal = {
    stdout: process.stdout.write.bind(process.stdout),
    stderr: process.stderr.write.bind(process.stderr),
  };
  for (const [method, level] of Object.entries(LEVELS)) {
    const stream = level === 'ERROR' || level === 'WARN' ? terminal.stderr : terminal.stdout;
    console[method] = (...values) => {
      const text = format(...values);
      write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text}`);
      stream(`${text}\n`);
    };
  }
  for (const name of ['stdout', 'stderr']) {
    process[name].write = (chunk, ...rest) => {
      write(String(chunk).replace(/\n$/, ''));
      return terminal[name](chunk, ...rest);
    };
  }

  return {
    begin(id) {
      requestId = id;
      write(`START RequestId: ${id} Version: $LATEST`);
      return performance.now();
    },
    end(id, startedAt, error) {
      const durationMs = performance.now() - startedAt;
      if (error) write(`${new Date().toISOString()}\t${id}\tERROR\tInvoke Error\t${error.stack ?? error}`);
      write(`END RequestId: ${id}`);
      write(
        `REPORT RequestId: ${id}\tDuration: ${durationMs.toFixed(2)} ms\t` +
          `Billed Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${memoryMb} MB`,
      );
    },
  };
}

module.exports = { keepLog };
