// The browser's session: one sign-in for all, asking anew, signing out; and pages that tell an error.
import { alert, back, submit } from "../support/at-the-pages.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD } from "../support/user-pool.mjs";

async function signedIn(page, newPool, app, language, options) {
  const pool = await newPool(options);
  await pool.addUser("ann");
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: PASSWORD });
  const { code } = await back(page, app);
  return { pool, code };
}

test("a second request needs no form, and gives another code", async ({ page, newPool, app, language }) => {
  const { pool, code } = await signedIn(page, newPool, app, language);
  await page.goto(pool.url(undefined, { state: "s2" }));
  const again = await back(page, app);
  expect(again).toMatchObject({ state: "s2" });
  expect(again.code).not.toBe(code);
  expect(await pool.claims(again.code)).toMatchObject({ "cognito:username": "ann" });
});

test("prompt=login asks again, and prompt=none never", async ({ page, context, newPool, app, language }) => {
  const { pool } = await signedIn(page, newPool, app, language);
  await page.goto(pool.url(undefined, { prompt: "login" }));
  await submit(page, { username: "ann", password: PASSWORD });
  await back(page, app);
  await page.goto(pool.url(undefined, { prompt: "none" }));
  expect((await back(page, app)).code).toBeTruthy();
  await context.clearCookies();
  await page.goto(pool.url(undefined, { prompt: "none" }));
  expect(await back(page, app)).toMatchObject({ error: "login_required", state: "s1" });
});

test("one goes on as who one is, or as somebody else", async ({ page, newPool, app, look, language }) => {
  const { pool } = await signedIn(page, newPool, app, language);
  await pool.addUser("ben");
  await page.goto(pool.url(undefined, { prompt: "select_account", lang: language }));
  await look(page, "continue-as");
  await page.locator("button[name=continue]").click();
  expect(await pool.claims((await back(page, app)).code)).toMatchObject({ "cognito:username": "ann" });
  await page.goto(pool.url(undefined, { prompt: "select_account" }));
  await page.locator("input[name=username]").fill("ben");
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.locator("button[name=signInSubmitButton]").click();
  expect(await pool.claims((await back(page, app)).code)).toMatchObject({ "cognito:username": "ben" });
});

test("signing out ends it, and leads back to the app", async ({ page, context, newPool, app, language }) => {
  const { pool } = await signedIn(page, newPool, app, language);
  const logout = pool.url("/logout", { logout_uri: app.signedOut, redirect_uri: null, response_type: null, scope: null, state: null });
  await page.goto(logout);
  await page.waitForURL(app.signedOut);
  const names = (await context.cookies(pool.server.pages)).map((cookie) => cookie.name);
  expect(names).not.toContain(pool.sessionCookie);
  await page.goto(pool.url());
  await expect(page.locator("input[name=password]")).toBeVisible();
});

test("a question that has waited too long leads back to the sign-in", async ({ page, newPool, app, look, language }) => {
  const email = { EmailMfaConfiguration: {}, MfaConfiguration: "OPTIONAL" };
  const recovery = { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] } };
  const pool = await newPool({ pool: recovery, mfa: email });
  await pool.addUser("ann");
  await pool.prefer("ann", "Email");
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: PASSWORD });
  await pool.server.local("/clock/advance", { seconds: 600 });
  await submit(page, { code: await pool.lastCode("ann") });
  await expect(alert(page)).toBeVisible();
  await expect(page.locator("input[name=username]")).toHaveValue("ann");
  await look(page, "question-expired");
  await submit(page, { password: PASSWORD });
  await submit(page, { code: await pool.lastCode("ann") });
  await back(page, app);
});

test("the browser's session ends after an hour", async ({ page, newPool, app, language }) => {
  const { pool } = await signedIn(page, newPool, app, language);
  await pool.server.local("/clock/advance", { seconds: 3601 });
  await page.goto(pool.url());
  await expect(page.locator("input[name=password]")).toBeVisible();
});

test("a form of a browser that lost its cookies is offered again", async ({ page, context, newPool, app, look, language }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url(undefined, { lang: language }));
  await context.clearCookies();
  await submit(page, { username: "ann", password: PASSWORD });
  await expect(alert(page)).toBeVisible();
  await look(page, "form-too-old");
  await submit(page, { username: "ann", password: PASSWORD });
  await back(page, app);
});

for (const [name, changes] of [
  ["unknown-client", { client_id: "nobody" }],
  ["foreign-redirect", { redirect_uri: "https://evil.example/" }],
]) {
  test(`what cannot be told to an app is told on a page: ${name}`, async ({ page, newPool, look, language }) => {
    const pool = await newPool();
    const answer = await page.goto(pool.url(undefined, { ...changes, lang: language }));
    expect(answer.status()).toBe(400);
    expect(page.url(), "nobody is sent there").toContain(pool.server.pages);
    await look(page, `error-${name}`);
  });
}

test("what can be told to the app is", async ({ page, newPool, app }) => {
  const pool = await newPool();
  await page.goto(pool.url(undefined, { scope: "openid unknown/scope" }));
  expect(await back(page, app)).toMatchObject({ error: "invalid_request", state: "s1" });
});

test("who may not sign in is told so", async ({ page, newPool, look, language }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await pool.call("AdminDisableUser", { Username: "ann" });
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: PASSWORD });
  await expect(alert(page)).toBeVisible();
  await look(page, "disabled");
});
