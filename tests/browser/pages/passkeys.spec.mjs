// Passkeys, with the browser's own virtual authenticator; and codes in place of a password.
import { alert, back, choice, submit } from "../support/at-the-pages.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD } from "../support/user-pool.mjs";

const FIRST_FACTORS = ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"];

async function poolWithPasskeys(newPool) {
  const pool = await newPool({
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: FIRST_FACTORS } } },
    client: { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
    mfa: { WebAuthnConfiguration: { RelyingPartyId: "localhost", UserVerification: "required" } },
  });
  await pool.addUser("ann");
  return pool;
}

/** The authenticator of this browser; `isUserVerified` is whether the person proves who they are to it. */
async function authenticator(page, isUserVerified = true) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified, automaticPresenceSimulation: true },
  });
  return {
    credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    verify: (is) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: is }),
  };
}

async function signIn(page, pool, app, language) {
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: PASSWORD });
  await back(page, app);
}

function addUrl(pool, language) {
  return pool.url("/passkeys/add", { lang: language, scope: null, state: null });
}

test("a passkey is added, and signs in", async ({ page, context, newPool, app, look, language }) => {
  const pool = await poolWithPasskeys(newPool);
  const device = await authenticator(page);
  await signIn(page, pool, app, language);
  await page.goto(addUrl(pool, language));
  await look(page, "add-passkey");
  await page.locator("#use").click();
  await page.waitForURL(app.callback);
  const [credential] = await device.credentials();
  expect(credential).toMatchObject({ rpId: "localhost", isResidentCredential: true });

  // The same authenticator a second time: it has one of this user already.
  await page.goto(addUrl(pool, language));
  await page.locator("#use").click();
  await expect(page.locator("#failed")).toBeVisible();
  await look(page, "add-passkey-failed");

  await context.clearCookies();
  await page.goto(pool.url(undefined, { lang: language }));
  await look(page, "sign-in-with-choice");
  await page.locator("input[name=username]").fill("ann");
  await page.locator("button[name=without_password]").click();
  await look(page, "choose-first-factor");
  await choice(page, "WEB_AUTHN").click();
  await look(page, "use-passkey");
  await page.locator("#use").click();
  const { code } = await back(page, app);
  expect(await pool.claims(code)).toMatchObject({ "cognito:username": "ann" });
});

test("without proof to the authenticator there is no sign-in", async ({ page, context, newPool, app, look, language }) => {
  const pool = await poolWithPasskeys(newPool);
  const device = await authenticator(page);
  await signIn(page, pool, app, language);
  await page.goto(addUrl(pool, language));
  await page.locator("#use").click();
  await page.waitForURL(app.callback);
  await context.clearCookies();
  await device.verify(false);
  await page.goto(pool.url(undefined, { lang: language }));
  await page.locator("input[name=username]").fill("ann");
  await page.locator("button[name=without_password]").click();
  await choice(page, "WEB_AUTHN").click();
  await page.locator("#use").click();
  await expect(page.locator("#failed")).toBeVisible();
  await look(page, "use-passkey-failed");
  await device.verify(true);
  await page.locator("#use").click();
  await back(page, app);
});

test("a code in place of a password", async ({ page, newPool, app, language }) => {
  const pool = await poolWithPasskeys(newPool);
  await page.goto(pool.url(undefined, { lang: language }));
  await page.locator("input[name=username]").fill("ann");
  await page.locator("button[name=without_password]").click();
  await choice(page, "EMAIL_OTP").click();
  await submit(page, { code: "000000" });
  await expect(alert(page)).toBeVisible();
  await submit(page, { code: await pool.lastCode("ann") });
  await back(page, app);
});

test("not now leads back to the app, and a stranger to the sign-in", async ({ page, context, newPool, app, look, language }) => {
  const pool = await poolWithPasskeys(newPool);
  await signIn(page, pool, app, language);
  await page.goto(addUrl(pool, language));
  await page.locator("button[name=cancel]").click();
  await page.waitForURL(app.callback);
  await context.clearCookies();
  await page.goto(addUrl(pool, language));
  await expect(page.locator("input[name=password]")).toBeVisible();
  await look(page, "add-passkey-signed-out");
});
