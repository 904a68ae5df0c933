// A pool that asks ann for a code by text message, but not on a device that she has remembered.
const assert = require('node:assert');
const { details, expected, lastCode, password, refused, run, userOf } = require('./client.cjs');

function begin(user) {
  return (callbacks) => user.authenticateUser(details('ann', password), callbacks);
}

// Signs in with the code and returns the key of the device that the library confirmed with the service.
async function withCode(user) {
  await expected('mfaRequired', begin(user));
  const code = await lastCode('ann', 'sms');
  const [session, asksTheUser] = await expected('onSuccess', (callbacks) => user.sendMFACode(code, callbacks));
  // The first tokens are older than the device.
  assert.equal(session.getAccessToken().payload.username, 'ann');
  assert.equal(asksTheUser, true);
  return user.deviceKey;
}

run(async () => {
  const ann = userOf('ann');
  const key = await withCode(ann);
  assert.match(key, /^[\w-]+_[0-9a-f-]{36}$/);
  const [{ Device: device }] = await expected('onSuccess', (callbacks) => ann.getDevice(callbacks));
  assert.equal(device.DeviceKey, key);
  // The library names a device after its own user agent.
  const name = device.DeviceAttributes.find((attribute) => attribute.Name === 'device_name');
  assert.match(name.Value, /js/);
  assert.ok(device.DeviceLastAuthenticatedDate >= device.DeviceCreateDate);

  // Known is not remembered: the code is asked for until she says so.
  const known = userOf('ann');
  await expected('mfaRequired', begin(known));
  await expected('onSuccess', (callbacks) => ann.setDeviceStatusRemembered(callbacks));
  const remembered = userOf('ann');
  const [session] = await expected('onSuccess', begin(remembered));
  assert.equal(session.getAccessToken().payload.device_key, key);

  const [{ Devices: devices }] = await expected('onSuccess', (callbacks) => remembered.listDevices(10, null, callbacks));
  assert.deepEqual(devices.map((listed) => listed.DeviceKey), [key]);

  await expected('onSuccess', (callbacks) => ann.setDeviceStatusNotRemembered(callbacks));
  await expected('mfaRequired', begin(userOf('ann')));

  await expected('onSuccess', (callbacks) => remembered.forgetDevice(callbacks));
  const [{ Devices: none }] = await expected('onSuccess', (callbacks) => ann.listDevices(10, null, callbacks));
  assert.deepEqual(none, []);
  await refused('ResourceNotFoundException', (callbacks) => ann.getDevice(callbacks));
  assert.notEqual(await withCode(userOf('ann')), key);
});
