// Signing in with a password, and what can come of it.
import { alert, back, goOn, submit } from "../support/at-the-pages.mjs";
import { expect, test } from "../support/test.mjs";
import { NEW_PASSWORD, PASSWORD } from "../support/user-pool.mjs";

test("a password signs in, and the app gets a code for it", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url(undefined, { lang: language, nonce: "n1" }));
  await look(page, "sign-in");
  await submit(page, { username: "ann", password: PASSWORD });
  const { code, state } = await back(page, app);
  expect(state).toBe("s1");
  expect(await pool.claims(code)).toMatchObject({ "cognito:username": "ann", email: "ann@example.com", nonce: "n1" });
});

test("a wrong password is told, and the name is kept", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: "Wrong-Horse-9" });
  await expect(alert(page)).toBeVisible();
  await look(page, "wrong-password");
  await expect(page.locator("input[name=username]")).toHaveValue("ann");
  await expect(page.locator("input[name=password]")).toHaveValue("");
  await expect(page.locator("input[name=password]")).toBeFocused();
  await submit(page, { password: PASSWORD });
  await back(page, app);
});

test("a name that nobody has is told", async ({ page, newPool, look, language }) => {
  const pool = await newPool();
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "nobody", password: PASSWORD });
  await expect(alert(page)).toBeVisible();
  await look(page, "unknown-user");
});

test("too many wrong passwords are told", async ({ page, newPool, look, language }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url(undefined, { lang: language }));
  for (let tries = 0; tries < 6; tries++) await submit(page, { username: "ann", password: `Wrong-Horse-${tries}` });
  await expect(alert(page)).toBeVisible();
  await look(page, "locked-out");
});

test("a temporary password is replaced, with what the account lacks", async ({ page, newPool, app, look, language }) => {
  const schema = [{ Name: "given_name", AttributeDataType: "String", Required: true, Mutable: true }];
  const pool = await newPool({ pool: { Schema: schema } });
  await pool.call("AdminCreateUser", { Username: "ann", TemporaryPassword: PASSWORD, MessageAction: "SUPPRESS" });
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: PASSWORD });
  await look(page, "new-password");
  await submit(page, { "attribute.given_name": "Ann", password: "weak" });
  await expect(alert(page)).toBeVisible();
  await look(page, "new-password-refused");
  await submit(page, { "attribute.given_name": "Ann", password: NEW_PASSWORD });
  const { code } = await back(page, app);
  expect(await pool.claims(code)).toMatchObject({ "cognito:username": "ann" });
});

test("whoever is not confirmed yet is asked for the code", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool();
  const attributes = [{ Name: "email", Value: "ann@example.com" }];
  await pool.server.call("SignUp", { ClientId: pool.clientId, Username: "ann", Password: PASSWORD, UserAttributes: attributes });
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: PASSWORD });
  await expect(page.locator("input[name=code]")).toBeFocused();
  await look(page, "not-confirmed");
  await submit(page, { code: await pool.lastCode("ann") });
  await submit(page, { password: PASSWORD });
  await back(page, app);
});

test("whoever has to reset their password is led there", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await pool.call("AdminResetUserPassword", { Username: "ann" });
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: PASSWORD });
  await look(page, "reset-required");
  await submit(page, { code: await pool.lastCode("ann"), password: NEW_PASSWORD });
  await submit(page, { password: NEW_PASSWORD });
  await back(page, app);
});

test("pools that take e-mail addresses ask for one", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool({ pool: { UsernameAttributes: ["email"] } });
  await pool.addUser("ann@example.com", { attributes: { email: "ann@example.com" } });
  await page.goto(pool.url(undefined, { lang: language, login_hint: "ann@example.com" }));
  await expect(page.locator("input[name=username]")).toHaveValue("ann@example.com");
  await look(page, "sign-in-by-email");
  await submit(page, { password: PASSWORD });
  await back(page, app);
});

test("the form works without JavaScript", async ({ browser, newPool, app }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(pool.url());
  await submit(page, { username: "ann", password: PASSWORD });
  await back(page, app);
  await context.close();
});

test("a form that is sent twice signs in once", async ({ page, newPool, app }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url());
  await page.locator("input[name=username]").fill("ann");
  await page.locator("input[name=password]").fill(PASSWORD);
  await goOn(page).dblclick();
  await back(page, app);
});
