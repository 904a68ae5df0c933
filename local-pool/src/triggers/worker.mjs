// One function's own thread: loads its handler once, then runs it for each call.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

import { describe } from './errors.mjs';

const post = (message) => parentPort.postMessage(message);

// Output takes the same way as answers, so it stays in order with them.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, done) => {
    const callback = typeof encoding === 'function' ? encoding : done;
    post({ log: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
    if (callback) process.nextTick(callback);
    return true;
  };
}

async function load() {
  const { entry } = workerData;
  try {
    const module = await import(pathToFileURL(entry).href);
    const handler = module.handler ?? module.default?.handler;
    if (typeof handler === 'function') return handler;
    throw new TypeError(`handler is undefined or not exported by ${entry}`);
  } catch (error) {
    const described = describe(error);
    // Lambda, too, names the type when a module fails to load.
    const message = `${described.type}: ${described.message}`;
    post({ log: `cannot load ${entry}\n${described.stack}` });
    post({ loadError: { ...described, message } });
    return null;
  }
}

// Calls whose handler returned without an answer: they end when nothing is left to do, as on Lambda.
const unanswered = new Set();

function waitForIdle(settle) {
  unanswered.add(settle);
  parentPort.unref();
  return () => {
    unanswered.delete(settle);
    if (unanswered.size === 0) parentPort.ref();
  };
}

process.on('beforeExit', () => {
  parentPort.ref();
  for (const settle of unanswered) settle();
});

// Settles with what the handler gives back, by any of the ways a Node.js handler may do so.
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    let settled = false;
    let stopWaiting = () => {};
    const done = (error, result) => {
      settled = true;
      stopWaiting();
      if (error === undefined || error === null) resolve(result);
      else reject(error);
    };
    context.done = done;
    context.succeed = (result) => done(null, result);
    context.fail = (error) => done(error ?? new Error('context.fail was called without an error'));

    const returned = handler(event, context, done);
    if (typeof returned?.then === 'function') {
      // A handler that changes the event and returns nothing has answered with the event.
      returned.then((result) => resolve(result === undefined ? event : result), reject);
    } else if (settled) {
      // By the callback or the context, before it returned.
    } else if (handler.length < 3 && returned?.response !== undefined) {
      resolve(returned);
    } else if (handler.length === 1) {
      resolve(returned === undefined ? event : returned);
    } else {
      stopWaiting = waitForIdle(() => {
        if (handler.length < 3) return done(null, event);
        post({ log: 'the handler takes a callback, but ended without calling it' });
        return done(null, null);
      });
    }
  });
}

function contextFor({ name, arn, requestId, timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: '128',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local-pool',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function toJson(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw new TypeError(`Unable to stringify response body: ${error.message}`);
  }
}

// As Lambda refuses what is longer than a synchronous answer may be.
const LONGEST_ANSWER = 6_291_556;

function checkSize(body) {
  if (Buffer.byteLength(body) <= LONGEST_ANSWER) return body;
  throw new RangeError(`Response payload size exceeded maximum allowed payload size (${LONGEST_ANSWER} bytes).`);
}

async function call(handler, request) {
  try {
    const result = await run(handler, request.event, contextFor(request));
    post({ id: request.id, body: checkSize(toJson(result)) });
  } catch (error) {
    const described = describe(error);
    post({ log: described.stack });
    post({ id: request.id, error: described });
  }
}

const handler = await load();
parentPort.on('message', (message) => {
  if (message.ping) post({ pong: true });
  else call(handler, message);
});
if (handler) post({ loaded: true });
