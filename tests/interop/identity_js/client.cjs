// amazon-cognito-identity-js with its callbacks as promises, and what a person has in hand.
// Every script here is run as: node SCRIPT ENDPOINT POOL CLIENT
const assert = require('node:assert');
const crypto = require('node:crypto');
const js = require('amazon-cognito-identity-js');

const [endpoint, UserPoolId, ClientId] = process.argv.slice(2);
const pool = new js.CognitoUserPool({ UserPoolId, ClientId, endpoint });
const password = 'Correct-Horse-9';

// Each is what the library calls next; the promise of `outcome` has its name and its arguments.
const CALLBACKS = [
  'onSuccess', 'onFailure', 'customChallenge', 'newPasswordRequired', 'mfaRequired', 'totpRequired', 'selectMFAType',
  'mfaSetup', 'associateSecretCode', 'inputVerificationCode',
];

function userOf(Username) {
  return new js.CognitoUser({ Username, Pool: pool });
}

function details(Username, Password) {
  return new js.AuthenticationDetails({ Username, Password });
}

function outcome(begin) {
  return new Promise((resolve) => {
    begin(Object.fromEntries(CALLBACKS.map((name) => [name, (...values) => resolve({ name, values })])));
  });
}

// The arguments of the callback that has to come.
async function expected(name, begin) {
  const came = await outcome(begin);
  assert.equal(came.name, name, came.name === 'onFailure' ? came.values[0] : undefined);
  return came.values;
}

async function refused(code, begin) {
  const [error] = await expected('onFailure', begin);
  assert.equal(error.code, code, error);
}

// For methods that take one callback with an error and a result.
function result(begin) {
  return new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value))));
}

async function refusedResult(code, begin) {
  await assert.rejects(result(begin), (error) => error.code === code);
}

async function signIn(user, secret = password) {
  const [session] = await expected('onSuccess', (callbacks) =>
    user.authenticateUser(details(user.getUsername(), secret), callbacks));
  return session;
}

async function lastCode(user, kind) {
  const messages = await (await fetch(`${endpoint}/_local/outbox?user=${user}&kind=${kind}`)).json();
  return messages.at(-1).code;
}

function otherThan(code) {
  return (code.startsWith('0') ? '1' : '0') + code.slice(1);
}

// RFC 6238, beside the pool's own.
function totp(secret, seconds) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'));
  const key = Buffer.from(bits.join('').match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const hash = crypto.createHmac('sha1', key).update(step).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1e6).padStart(6, '0');
}

// What an authenticator app shows now and after this: a code is taken once.
async function appCodes(secret) {
  const shown = await fetch(`${endpoint}/_local/totp?secret=${secret}`);
  const now = Date.parse(shown.headers.get('date')) / 1000;
  const present = await shown.text();
  assert.equal(present, totp(secret, now));
  return { present, next: totp(secret, now + 30) };
}

function run(main) {
  main().then(() => console.log('all done'), (error) => {
    console.error(error);
    process.exit(1);
  });
}

module.exports = {
  appCodes, details, endpoint, expected, js, lastCode, otherThan, password, pool, refused, refusedResult, result, run,
  signIn, userOf,
};
