// ann changes and verifies attributes, changes her password, forgets it, and deletes her account.
const assert = require('node:assert');
const { details, expected, js, lastCode, otherThan, password, refused, refusedResult, result, run, signIn, userOf } =
  require('./client.cjs');

const CHANGED = 'Changed-Horse-9';
const RESET = 'Reset-Horse-9';

async function attributesOf(user) {
  const list = await result((callback) => user.getUserAttributes(callback));
  return Object.fromEntries(list.map((attribute) => [attribute.getName(), attribute.getValue()]));
}

async function attributes(ann) {
  const set = (Name, Value) => new js.CognitoUserAttribute({ Name, Value });
  await result((callback) =>
    ann.updateAttributes([set('email', 'ann@example.org'), set('nickname', 'Annie')], callback));
  let now = await attributesOf(ann);
  assert.deepEqual([now.email, now.email_verified, now.nickname], ['ann@example.org', 'false', 'Annie']);

  await expected('inputVerificationCode', (callbacks) => ann.getAttributeVerificationCode('email', callbacks));
  const code = await lastCode('ann', 'attr');
  const verify = (typed) => (callbacks) => ann.verifyAttribute('email', typed, callbacks);
  await refused('CodeMismatchException', verify(otherThan(code)));
  await expected('onSuccess', verify(code));
  await result((callback) => ann.deleteAttributes(['nickname'], callback));
  now = await attributesOf(ann);
  assert.deepEqual([now.email_verified, now.nickname], ['true', undefined]);
  await refusedResult('InvalidParameterException', (callback) => ann.updateAttributes([set('nonsense', '1')], callback));
}

async function passwords(ann) {
  await refusedResult('NotAuthorizedException', (callback) => ann.changePassword('Wrong-Horse-9', CHANGED, callback));
  await refusedResult('InvalidPasswordException', (callback) => ann.changePassword(password, 'short', callback));
  await result((callback) => ann.changePassword(password, CHANGED, callback));
  await signIn(userOf('ann'), CHANGED);

  const forgetful = userOf('ann');
  const [sent] = await expected('inputVerificationCode', (callbacks) => forgetful.forgotPassword(callbacks));
  assert.deepEqual(sent.CodeDeliveryDetails, { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' });
  const code = await lastCode('ann', 'forgot');
  await refused('CodeMismatchException', (callbacks) => forgetful.confirmPassword(otherThan(code), RESET, callbacks));
  await expected('onSuccess', (callbacks) => forgetful.confirmPassword(code, RESET, callbacks));
  await refused('NotAuthorizedException', (callbacks) => forgetful.authenticateUser(details('ann', CHANGED), callbacks));
}

run(async () => {
  const ann = userOf('ann');
  await signIn(ann);
  await attributes(ann);
  await passwords(ann);
  await signIn(ann, RESET);
  await result((callback) => ann.deleteUser(callback));
  await refused('UserNotFoundException', (callbacks) => userOf('ann').authenticateUser(details('ann', RESET), callbacks));
});
