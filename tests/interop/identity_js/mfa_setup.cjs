// A pool that requires an authenticator app of ann, who has none: she sets it up while she signs in.
const assert = require('node:assert');
const { appCodes, details, expected, otherThan, password, refused, run, userOf } = require('./client.cjs');

run(async () => {
  const ann = userOf('ann');
  const begin = (user) => (callbacks) => user.authenticateUser(details('ann', password), callbacks);
  const [challenge, parameters] = await expected('mfaSetup', begin(ann));
  assert.equal(challenge, 'MFA_SETUP');
  assert.deepEqual(JSON.parse(parameters.MFAS_CAN_SETUP), ['SOFTWARE_TOKEN_MFA']);
  const [secret] = await expected('associateSecretCode', (callbacks) => ann.associateSoftwareToken(callbacks));
  const { present, next } = await appCodes(secret);
  await refused('EnableSoftwareTokenMFAException', (callbacks) =>
    ann.verifySoftwareToken(otherThan(present), 'My phone', callbacks));
  const [session] = await expected('onSuccess', (callbacks) => ann.verifySoftwareToken(present, 'My phone', callbacks));
  assert.equal(session.getAccessToken().payload.username, 'ann');

  const again = userOf('ann');
  await expected('totpRequired', begin(again));
  await expected('onSuccess', (callbacks) => again.sendMFACode(next, callbacks, 'SOFTWARE_TOKEN_MFA'));
});
