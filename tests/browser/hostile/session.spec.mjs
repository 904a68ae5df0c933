// The browser's session: planted by somebody else, left behind on a shared machine, and what its cookies are like.
import { back, submit } from "../support/at-the-pages.mjs";
import { LocalPool } from "../support/local-pool.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD, UserPool } from "../support/user-pool.mjs";

function logoutUrl(pool, app) {
  return pool.url("/logout", { logout_uri: app.signedOut, redirect_uri: null, response_type: null, scope: null, state: null });
}

async function signIn(page, pool, app, username = "ann") {
  await page.goto(pool.url());
  await submit(page, { username, password: PASSWORD });
  return back(page, app);
}

test("a session that was planted is none after the sign-in", async ({ page, context, browser, newPool, app }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  const planted = "cGxhbnRlZC1ieS1zb21lYm9keS1lbHNlLTEyMzQ1Njc";
  const cookie = { name: pool.sessionCookie, value: planted, url: pool.server.pages };
  await context.addCookies([cookie, { name: "XSRF-TOKEN", value: "8a6e0804-2bd0-4672-b79d-d97027f9071a", url: pool.server.pages }]);
  await signIn(page, pool, app);
  const now = (await context.cookies(pool.server.pages)).filter(({ name }) => name === pool.sessionCookie);
  expect(now).toHaveLength(1);
  expect(now[0].value).not.toBe(planted);
  // Whoever planted it has nothing by it.
  const attacker = await browser.newContext();
  await attacker.addCookies([cookie]);
  const theirs = await attacker.newPage();
  await theirs.goto(pool.url());
  await expect(theirs.locator("input[name=password]")).toBeVisible();
  await attacker.close();
});

test("a session that was signed out is worth nothing to who kept it", async ({ page, context, browser, newPool, app }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await signIn(page, pool, app);
  const kept = await context.cookies(pool.server.pages);
  await page.goto(logoutUrl(pool, app));
  await page.waitForURL(app.signedOut);
  const attacker = await browser.newContext();
  await attacker.addCookies(kept);
  const theirs = await attacker.newPage();
  await theirs.goto(pool.url());
  await expect(theirs.locator("input[name=password]")).toBeVisible();
  await attacker.close();
});

test("cookies are out of reach of scripts and of other sites", async ({ page, context, newPool, app }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url(undefined, { lang: "en" }));
  expect(await page.evaluate(() => document.cookie)).toBe("");
  await submit(page, { username: "ann", password: PASSWORD });
  await back(page, app);
  const cookies = await context.cookies(pool.server.pages);
  expect(cookies.map(({ name }) => name).sort()).toEqual(["XSRF-TOKEN", pool.sessionCookie, "lang"].sort());
  for (const { name, httpOnly, sameSite, secure } of cookies) {
    expect({ httpOnly, sameSite, secure }, name).toEqual({ httpOnly: true, sameSite: "Lax", secure: false });
  }
  const { expires } = cookies.find(({ name }) => name === pool.sessionCookie);
  expect(Math.abs(expires - Date.now() / 1000 - 3600), "an hour").toBeLessThan(60);
});

test("over https cookies stay there", async ({ browser, app }) => {
  const server = await LocalPool.start("--tls");
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  // The API is asked in the browser as well, which takes the server's own certificate.
  server.call = async (operation, data) => {
    const headers = { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}` };
    return (await context.request.post(server.endpoint, { headers, data })).json();
  };
  server.local = async (path, data) => (await context.request.post(`${server.endpoint}/_local${path}`, { data })).json();
  try {
    const pool = await UserPool.make(server, app);
    await pool.addUser("ann");
    const page = await context.newPage();
    await signIn(page, pool, app);
    const cookies = await context.cookies(server.pages);
    expect(cookies.map(({ name }) => name).sort()).toEqual(["XSRF-TOKEN", pool.sessionCookie].sort());
    expect(cookies.every(({ secure, httpOnly }) => secure && httpOnly)).toBe(true);
  } finally {
    await context.close();
    await server.stop();
  }
});

test("where a code goes to learns nothing of where it is from", async ({ page, newPool, app }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  const referrers = [];
  page.on("request", async (request) => {
    if (request.url().startsWith(app.callback)) referrers.push((await request.allHeaders()).referer);
  });
  await signIn(page, pool, app);
  await expect.poll(() => referrers).toEqual([undefined]);
});

test("Back shows nothing private after a sign-out", async ({ page, newPool, app }) => {
  const pool = await newPool({
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
    mfa: { WebAuthnConfiguration: { RelyingPartyId: "localhost" } },
  });
  await pool.addUser("ann");
  await signIn(page, pool, app);
  await page.goto(pool.url(undefined, { prompt: "select_account" }));
  await expect(page.locator("main")).toContainText("ann@example.com");
  await page.goto(pool.url("/passkeys/add"));
  await expect(page.locator("#passkey")).toBeVisible();
  await page.goto(logoutUrl(pool, app));
  await page.waitForURL(app.signedOut);
  for (const path of ["/passkeys/add", "/login"]) {
    await page.goBack();
    expect(new URL(page.url()).pathname).toBe(path);
    const html = await page.content();
    expect(html, path).not.toContain("ann@example.com");
    expect(html, path).not.toContain("data-options");
    await expect(page.locator("input[name=password]")).toHaveValue("");
  }
});
