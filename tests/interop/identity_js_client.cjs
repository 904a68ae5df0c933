// amazon-cognito-identity-js signs up, signs in by SRP, by password and by custom challenge, and signs out.
// Usage: node identity_js_client.cjs ENDPOINT POOL CLIENT
const assert = require('node:assert');
const js = require('amazon-cognito-identity-js');

const [endpoint, UserPoolId, ClientId] = process.argv.slice(2);
const password = 'Correct-Horse-9';
const pool = new js.CognitoUserPool({ UserPoolId, ClientId, endpoint });

function userOf(Username) {
  return new js.CognitoUser({ Username, Pool: pool });
}

// Every outcome that the callbacks can tell, as one promise.
function outcome(begin) {
  return new Promise((resolve) => {
    begin({
      onSuccess: (session) => resolve({ session }),
      onFailure: (error) => resolve({ error }),
      customChallenge: (parameters) => resolve({ parameters }),
      newPasswordRequired: (attributes) => resolve({ attributes }),
    });
  });
}

function details(Username, Password) {
  return new js.AuthenticationDetails({ Username, Password });
}

async function main() {
  const email = new js.CognitoUserAttribute({ Name: 'email', Value: 'eve@example.org' });
  const signedUp = await new Promise((resolve, reject) =>
    pool.signUp('eve', password, [email], null, (error, result) => (error ? reject(error) : resolve(result))));
  assert.equal(signedUp.userConfirmed, false);
  const outbox = await (await fetch(`${endpoint}/_local/outbox?user=eve&kind=signup`)).json();
  const eve = userOf('eve');
  await new Promise((resolve, reject) =>
    eve.confirmRegistration(outbox.at(-1).code, true, (error, result) => (error ? reject(error) : resolve(result))));

  const srp = await outcome((callbacks) => eve.authenticateUser(details('eve', password), callbacks));
  assert.ok(srp.session, srp.error);
  assert.equal(srp.session.getIdToken().payload.email, 'eve@example.org');
  const wrong = await outcome((callbacks) => userOf('eve').authenticateUser(details('eve', 'Wrong-Horse-9'), callbacks));
  assert.equal(wrong.error.code, 'NotAuthorizedException');

  const renewed = await new Promise((resolve, reject) =>
    eve.refreshSession(srp.session.getRefreshToken(), (error, session) => (error ? reject(error) : resolve(session))));
  assert.notEqual(renewed.getAccessToken().getJwtToken(), srp.session.getAccessToken().getJwtToken());

  const plain = userOf('eve');
  plain.setAuthenticationFlowType('USER_PASSWORD_AUTH');
  assert.ok((await outcome((callbacks) => plain.authenticateUser(details('eve', password), callbacks))).session);

  const custom = userOf('eve');
  custom.setAuthenticationFlowType('CUSTOM_AUTH');
  const asked = await outcome((callbacks) => custom.initiateAuth(details('eve'), callbacks));
  assert.equal(asked.parameters.word, 'portcullis');
  const again = await outcome((callbacks) => custom.sendCustomChallengeAnswer('no', callbacks));
  assert.equal(again.parameters.word, 'portcullis');
  const answered = await outcome((callbacks) => custom.sendCustomChallengeAnswer('PORTCULLIS', callbacks));
  assert.ok(answered.session, answered.error);

  const both = userOf('eve');
  both.setAuthenticationFlowType('CUSTOM_AUTH');
  const proved = await outcome((callbacks) => both.authenticateUser(details('eve', password), callbacks));
  assert.equal(proved.parameters.word, 'portcullis', proved.error);
  assert.ok((await outcome((callbacks) => both.sendCustomChallengeAnswer('PORTCULLIS', callbacks))).session);

  const signedOut = await outcome((callbacks) => eve.globalSignOut({ ...callbacks, onSuccess: () => callbacks.onSuccess('ok') }));
  assert.equal(signedOut.session, 'ok', signedOut.error);
  console.log('all done');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
