// Second factors in a pool where they are optional: text messages, an authenticator app, the choice between both.
// Users: sam gets text messages; ann and joe have nothing yet, joe has a phone number.
const assert = require('node:assert');
const { appCodes, details, expected, lastCode, otherThan, password, refused, refusedResult, result, run, signIn, userOf } =
  require('./client.cjs');

function begin(user) {
  return (callbacks) => user.authenticateUser(details(user.getUsername(), password), callbacks);
}

async function textMessages() {
  const sam = userOf('sam');
  const [challenge, parameters] = await expected('mfaRequired', begin(sam));
  assert.equal(challenge, 'SMS_MFA');
  assert.equal(parameters.CODE_DELIVERY_DELIVERY_MEDIUM, 'SMS');
  assert.match(parameters.CODE_DELIVERY_DESTINATION, /^\+\*+\d{4}$/);
  const code = await lastCode('sam', 'sms');
  await refused('CodeMismatchException', (callbacks) => sam.sendMFACode(otherThan(code), callbacks));
  await expected('onSuccess', (callbacks) => sam.sendMFACode(code, callbacks));
}

// Sets an app up for a signed-in user and returns its secret.
async function setUpApp(user) {
  const [secret] = await expected('associateSecretCode', (callbacks) => user.associateSoftwareToken(callbacks));
  const { present } = await appCodes(secret);
  await refused('EnableSoftwareTokenMFAException', (callbacks) =>
    user.verifySoftwareToken(otherThan(present), 'My phone', callbacks));
  await expected('onSuccess', (callbacks) => user.verifySoftwareToken(present, 'My phone', callbacks));
  return secret;
}

async function authenticatorApp() {
  const ann = userOf('ann');
  await signIn(ann);
  await refusedResult('InvalidParameterException', (callback) =>
    ann.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, callback));
  const secret = await setUpApp(ann);
  await result((callback) => ann.setUserMfaPreference(null, { Enabled: true, PreferredMfa: true }, callback));
  const data = await result((callback) => ann.getUserData(callback, { bypassCache: true }));
  assert.deepEqual(data.UserMFASettingList, ['SOFTWARE_TOKEN_MFA']);
  assert.equal(data.PreferredMfaSetting, 'SOFTWARE_TOKEN_MFA');

  const again = userOf('ann');
  const [challenge, parameters] = await expected('totpRequired', begin(again));
  assert.equal(challenge, 'SOFTWARE_TOKEN_MFA');
  assert.equal(parameters.FRIENDLY_DEVICE_NAME, 'My phone');
  const { present, next } = await appCodes(secret);
  const answer = (code) => (callbacks) => again.sendMFACode(code, callbacks, 'SOFTWARE_TOKEN_MFA');
  await refused('ExpiredCodeException', answer(present));
  await expected('onSuccess', answer(next));
}

async function choice() {
  const joe = userOf('joe');
  await signIn(joe);
  const secret = await setUpApp(joe);
  await result((callback) => joe.setUserMfaPreference({ Enabled: true }, { Enabled: true }, callback));

  const byMessage = userOf('joe');
  const [challenge, parameters] = await expected('selectMFAType', begin(byMessage));
  assert.equal(challenge, 'SELECT_MFA_TYPE');
  assert.deepEqual(JSON.parse(parameters.MFAS_CAN_CHOOSE).sort(), ['SMS_MFA', 'SOFTWARE_TOKEN_MFA']);
  await expected('mfaRequired', (callbacks) => byMessage.sendMFASelectionAnswer('SMS_MFA', callbacks));
  const code = await lastCode('joe', 'sms');
  await expected('onSuccess', (callbacks) => byMessage.sendMFACode(code, callbacks));

  const byApp = userOf('joe');
  await expected('selectMFAType', begin(byApp));
  await expected('totpRequired', (callbacks) => byApp.sendMFASelectionAnswer('SOFTWARE_TOKEN_MFA', callbacks));
  const { next } = await appCodes(secret);
  await expected('onSuccess', (callbacks) => byApp.sendMFACode(next, callbacks, 'SOFTWARE_TOKEN_MFA'));

  await result((callback) => byApp.setUserMfaPreference({ Enabled: false }, { Enabled: false }, callback));
  await signIn(userOf('joe'));
}

// SetUserSettings, which knows text messages only.
async function olderCalls() {
  const ian = userOf('ian');
  await signIn(ian);
  await result((callback) => ian.enableMFA(callback));
  assert.deepEqual(await result((callback) => ian.getMFAOptions(callback)), [
    { DeliveryMedium: 'SMS', AttributeName: 'phone_number' },
  ]);
  const again = userOf('ian');
  await expected('mfaRequired', begin(again));
  const code = await lastCode('ian', 'sms');
  await expected('onSuccess', (callbacks) => again.sendMFACode(code, callbacks));
  await result((callback) => again.disableMFA(callback));
  await signIn(userOf('ian'));
}

run(async () => {
  await textMessages();
  await authenticatorApp();
  await choice();
  await olderCalls();
});
