// Signs up, signs in by SRP, by password and by custom challenge, is refreshed and signs out everywhere.
const assert = require('node:assert');
const { details, expected, js, lastCode, password, pool, refused, result, run, signIn, userOf } = require('./client.cjs');

async function signUp() {
  const email = new js.CognitoUserAttribute({ Name: 'email', Value: 'eve@example.org' });
  const signedUp = await result((callback) => pool.signUp('eve', password, [email], null, callback));
  assert.equal(signedUp.userConfirmed, false);
  const eve = userOf('eve');
  await refused('UserNotConfirmedException', (callbacks) => eve.authenticateUser(details('eve', password), callbacks));
  await result((callback) => eve.resendConfirmationCode(callback));
  const code = await lastCode('eve', 'resend');
  await result((callback) => eve.confirmRegistration(code, true, callback));
}

async function srpAndRefresh() {
  const eve = userOf('eve');
  const session = await signIn(eve);
  assert.equal(session.getIdToken().payload.email, 'eve@example.org');
  await refused('NotAuthorizedException', (callbacks) =>
    userOf('eve').authenticateUser(details('eve', 'Wrong-Horse-9'), callbacks));
  const renewed = await result((callback) => eve.refreshSession(session.getRefreshToken(), callback));
  assert.notEqual(renewed.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
}

async function byPassword() {
  const eve = userOf('eve');
  eve.setAuthenticationFlowType('USER_PASSWORD_AUTH');
  await signIn(eve);
}

async function customChallenges() {
  const custom = userOf('eve');
  custom.setAuthenticationFlowType('CUSTOM_AUTH');
  const [asked] = await expected('customChallenge', (callbacks) => custom.initiateAuth(details('eve'), callbacks));
  assert.equal(asked.word, 'portcullis');
  const [again] = await expected('customChallenge', (callbacks) => custom.sendCustomChallengeAnswer('no', callbacks));
  assert.equal(again.word, 'portcullis');
  await expected('onSuccess', (callbacks) => custom.sendCustomChallengeAnswer('PORTCULLIS', callbacks));

  const both = userOf('eve');
  both.setAuthenticationFlowType('CUSTOM_AUTH');
  const [proved] = await expected('customChallenge', (callbacks) =>
    both.authenticateUser(details('eve', password), callbacks));
  assert.equal(proved.word, 'portcullis');
  await expected('onSuccess', (callbacks) => both.sendCustomChallengeAnswer('PORTCULLIS', callbacks));
}

async function signOut() {
  const [eve, elsewhere] = [userOf('eve'), userOf('eve')];
  const session = await signIn(elsewhere);
  await signIn(eve);
  await expected('onSuccess', (callbacks) => eve.globalSignOut(callbacks));
  await assert.rejects(
    result((callback) => elsewhere.refreshSession(session.getRefreshToken(), callback)),
    { code: 'NotAuthorizedException' },
  );
  const revoked = userOf('eve');
  await signIn(revoked);
  await result((callback) => revoked.signOut(callback));
}

run(async () => {
  await signUp();
  await srpAndRefresh();
  await byPassword();
  await customChallenges();
  await signOut();
});
