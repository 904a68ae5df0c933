// The credential provider of the AWS SDK for JavaScript gets credentials of an identity pool, and STS and S3 take them.
// Usage: node credentials.cjs ENDPOINT USER_POOL CLIENT IDENTITY_POOL; the user pool has the user ann.
const assert = require('node:assert');
const { fromCognitoIdentity, fromCognitoIdentityPool } = require('@aws-sdk/credential-providers');
const { GetObjectCommand, PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');
const { GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts');

const [endpoint, userPool, client, identityPoolId] = process.argv.slice(2);
const region = 'us-east-1';
const clientConfig = { endpoint, region, maxAttempts: 1 };

async function post(target, body) {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
  return answer.json();
}

async function idToken() {
  const AuthParameters = { USERNAME: 'ann', PASSWORD: 'Correct-Horse-9' };
  const body = { AuthFlow: 'USER_PASSWORD_AUTH', ClientId: client, AuthParameters };
  const answer = await post('AWSCognitoIdentityProviderService.InitiateAuth', body);
  return answer.AuthenticationResult.IdToken;
}

async function caller(credentials) {
  const sts = new STSClient({ endpoint, region, credentials, maxAttempts: 1 });
  return (await sts.send(new GetCallerIdentityCommand({}))).Arn;
}

async function main() {
  const guest = fromCognitoIdentityPool({ identityPoolId, clientConfig });
  assert.match(await caller(guest), /assumed-role\/local-unauthenticated\/CognitoIdentityCredentials$/);
  const given = await guest();
  assert.ok(given.expiration instanceof Date && given.expiration > new Date(), String(given.expiration));

  const logins = { [`cognito-idp.${region}.amazonaws.com/${userPool}`]: idToken };
  const ann = fromCognitoIdentityPool({ identityPoolId, logins, clientConfig });
  assert.match(await caller(ann), /assumed-role\/local-authenticated\//);
  // The guest's identity becomes hers by her login.
  const { identityId } = await ann();
  const known = fromCognitoIdentity({ identityId, logins, clientConfig });
  assert.equal((await known()).identityId, identityId);

  const s3 = new S3Client({ endpoint: `${endpoint}/_local/s3`, region, credentials: ann, forcePathStyle: true, maxAttempts: 1 });
  await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a folder/ä.txt', Body: 'hello' }));
  const got = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a folder/ä.txt' }));
  assert.equal(await got.Body.transformToString(), 'hello');

  const forged = { ...given, secretAccessKey: 'x'.repeat(40) };
  await assert.rejects(caller(forged), { name: 'SignatureDoesNotMatch' });
  await assert.rejects(caller({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x' }), { name: 'InvalidClientTokenId' });
  const wrong = fromCognitoIdentityPool({ identityPoolId, logins: { 'accounts.google.com': 'x' }, clientConfig });
  await assert.rejects(wrong(), { name: 'NotAuthorizedException' });
  console.log('all done');
}

main();
