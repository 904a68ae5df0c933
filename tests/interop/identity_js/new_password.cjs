// An administrator made tom's account with a temporary password; the pool requires a given name, which he lacks.
const assert = require('node:assert');
const { details, expected, refused, run, signIn, userOf } = require('./client.cjs');

run(async () => {
  const tom = userOf('tom');
  const [attributes, required] = await expected('newPasswordRequired', (callbacks) =>
    tom.authenticateUser(details('tom', 'Temporary-Horse-9'), callbacks));
  assert.equal(attributes.email, 'tom@example.com');
  assert.deepEqual(required, ['given_name']);
  const answer = (secret, more) => (callbacks) => tom.completeNewPasswordChallenge(secret, more, callbacks);
  await refused('InvalidPasswordException', answer('short', { given_name: 'Tom' }));
  const [session] = await expected('onSuccess', answer('Permanent-Horse-9', { given_name: 'Tom' }));
  assert.equal(session.getIdToken().payload.given_name, 'Tom');
  await signIn(userOf('tom'), 'Permanent-Horse-9');
});
