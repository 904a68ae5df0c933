// The main thread of the one long-lived `node`: reads requests on standard input, keeps one worker thread per
// function (a Lambda execution environment), and answers on standard output.
//
// Requests are one JSON object a line. Our lines begin with the record separator (RFC 7464), so what a handler writes
// straight to file descriptor 1 cannot be mistaken for them; whose they are stands before what the function said, which
// may be no JSON that the server can read.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { compileFunction } from 'node:vm';
import { Worker } from 'node:worker_threads';

import { describe } from './errors.mjs';

const WORKER = new URL('./worker.mjs', import.meta.url);
// A call given up on may run on, as it would on Lambda, but not for ever.
const ABANDONED_LIFE_MS = 30_000;
const PING_MS = 1_000;
// Cognito waits no longer for a function, its module included; the thread itself may start slowly on a busy machine.
const LOAD_MS = 5_000;
const START_MS = 25_000;
// CloudWatch takes no longer event.
const LONGEST_TEXT = 256 * 1024;

// The current environment of each function, and all that still run, retired ones included.
const environments = new Map();
const alive = new Set();

const sendLine = (text) => process.stdout.write(`\x1e${text}\n`);
const sendOk = (id, value) => sendLine(`${id} ok ${JSON.stringify(value)}`);
const sendError = (id, error) =>
  sendLine(error?.timedOut ? `${id} timeout` : `${id} error ${JSON.stringify(shortened(String(describe(error).message)))}`);

function shortened(text) {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)} (and ${text.length - LONGEST_TEXT} more)`;
}

// Half a character (a lone surrogate) becomes U+FFFD: a log is for reading.
const wellFormed = (text) => Buffer.from(text, 'utf8').toString('utf8');

class Environment {
  constructor({ fn, stamp }) {
    this.fn = fn;
    this.stamp = stamp;
    this.calls = new Map();
    this.failure = null;
    this.worker = new Worker(WORKER, {
      workerData: { entry: fn.entry },
      env: { ...process.env, ...fn.env },
      stdout: true,
      stderr: true,
    });
    this.loaded = new Promise((resolve, reject) => {
      this.settleLoad = { resolve, reject };
    });
    this.loaded.catch(() => {});
    for (const stream of [this.worker.stdout, this.worker.stderr]) {
      stream.on('data', (chunk) => this.log(String(chunk)));
    }
    this.worker.on('message', (message) => {
      // A function can send what it likes: it has the port as well.
      try {
        this.onMessage(message);
      } catch (error) {
        this.onError(error);
      }
    });
    this.worker.on('messageerror', (error) => this.onError(error));
    this.worker.on('error', (error) => this.onError(error));
    this.worker.on('exit', (code) => this.onExit(code));
    this.limitLoading(START_MS);
    this.worker.on('online', () => this.limitLoading(LOAD_MS));
  }

  log(text) {
    const source = JSON.stringify(this.fn.name).replaceAll(' ', '\\u0020');
    sendLine(`log ${source} ${JSON.stringify(wellFormed(shortened(this.withKnownPaths(String(text)))))}`);
  }

  withKnownPaths(text) {
    const { loadedFrom, knownAs } = this.fn;
    return loadedFrom === knownAs ? text : text.replaceAll(loadedFrom, knownAs);
  }

  limitLoading(ms) {
    if (this.loadEnded) return;
    clearTimeout(this.loadTimer);
    this.loadTimer = setTimeout(() => {
      this.endLoading();
      this.settleLoad.reject({ timedOut: true });
      this.retire();
    }, ms);
  }

  endLoading() {
    this.loadEnded = true;
    clearTimeout(this.loadTimer);
  }

  onMessage(message) {
    if (message.log !== undefined) this.log(message.log);
    else if (message.loaded) {
      this.endLoading();
      this.settleLoad.resolve();
    } else if (message.loadError) {
      this.endLoading();
      const { loadError } = message;
      this.settleLoad.reject({ ...loadError, message: this.withKnownPaths(loadError.message) });
      // A module that failed to load is tried afresh next time, as in a new Lambda environment.
      this.retire();
    } else if (message.pong) {
      clearTimeout(this.pingTimer);
      this.pingTimer = undefined;
    } else this.settle(message);
  }

  settle({ id, body, error }) {
    if (!this.calls.delete(id)) return;
    if (error) sendError(id, { ...error, message: this.withKnownPaths(error.message) });
    else sendLine(`${id} ok ${body}`);
    this.closeWhenIdle();
  }

  onError(error) {
    this.failure = describe(error);
    this.log(`uncaught: ${this.failure.stack}`);
  }

  onExit(code) {
    clearTimeout(this.pingTimer);
    clearTimeout(this.lifeTimer);
    this.endLoading();
    this.retire();
    const reason = code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
    this.exit = (requestId) =>
      this.failure ?? { described: true, type: 'Runtime.ExitError', message: `RequestId: ${requestId} Error: ${reason}` };
    this.settleLoad.reject(this.exit(randomUUID()));
    for (const [id, requestId] of this.calls) sendError(id, this.exit(requestId));
    this.calls.clear();
  }

  invoke({ id, event, arn, timeoutMs }) {
    const requestId = randomUUID();
    if (this.exit) throw this.exit(requestId);
    this.calls.set(id, requestId);
    const { name } = this.fn;
    this.worker.postMessage({ id, event, requestId, timeoutMs, name, arn });
  }

  // No new calls; ends when the running ones have.
  retire() {
    this.retired = true;
    if (environments.get(this.fn.key) === this) environments.delete(this.fn.key);
    this.closeWhenIdle();
  }

  closeWhenIdle() {
    if (this.retired && this.calls.size === 0 && !this.exit) this.worker.terminate();
  }

  // A call timed out. The next one gets a fresh environment; this one ends at once if it is stuck in a loop.
  abandon() {
    this.retire();
    this.pingTimer ??= setTimeout(() => this.worker.terminate(), PING_MS);
    this.lifeTimer ??= setTimeout(() => this.worker.terminate(), ABANDONED_LIFE_MS);
    this.worker.postMessage({ ping: true });
  }
}

function environmentFor(request) {
  const { key } = request.fn;
  const current = environments.get(key);
  if (current?.stamp === request.stamp) return current;
  current?.retire();
  const fresh = new Environment(request);
  environments.set(key, fresh);
  alive.add(fresh);
  fresh.worker.on('exit', () => alive.delete(fresh));
  return fresh;
}

// Which kind of module a file's own syntax says it is; null when it is neither.
function moduleSyntax(file) {
  try {
    compileFunction(readFileSync(file, 'utf8'), ['exports', 'require', 'module', '__filename', '__dirname']);
    return 'commonjs';
  } catch (error) {
    const onlyInModules = /import statement outside|Unexpected token 'export'|'import\.meta' outside|top level bodies of modules/;
    return onlyInModules.test(error.message) ? 'module' : null;
  }
}

const operations = {
  syntax: ({ id, file }) => sendOk(id, moduleSyntax(file)),
  load: async (request) => {
    await environmentFor(request).loaded;
    sendOk(request.id, null);
  },
  invoke: async (request) => {
    const environment = environmentFor(request);
    await environment.loaded;
    environment.invoke(request);
  },
  abandon: ({ call }) => {
    for (const environment of alive) if (environment.calls.has(call)) environment.abandon();
  },
};

createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on('line', (line) => {
    const request = JSON.parse(line);
    Promise.resolve()
      .then(() => operations[request.op](request))
      .catch((error) => sendError(request.id, error));
  })
  // The server that started us is gone.
  .on('close', () => process.exit(0));
