// Foreign pages that send a person's browser to the pages' forms (CSRF): from another site, and from another port of the same
// one, whose requests carry every cookie and which can even plant some.
import { back, submit } from "../support/at-the-pages.mjs";
import { Site } from "../support/site.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD } from "../support/user-pool.mjs";

const PLANTED = "8a6e0804-2bd0-4672-b79d-d97027f9071a";

/** A form that sends itself. */
function form(action, fields) {
  const escaped = (text) => String(text).replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`);
  return `<form method="post" action="${escaped(action)}">${inputs.join("")}</form><script>document.forms[0].submit()</script>`;
}

/** Opens the attacker's page with a form that sends itself, and gives the status of what came of it. */
async function forge(page, attacker, host, action, fields) {
  attacker.put("/bait", form(action, fields), { "Set-Cookie": `XSRF-TOKEN=${PLANTED}; Path=/; HttpOnly` });
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.goto(attacker.at("/bait", host), { waitUntil: "commit" });
  await page.waitForURL((url) => url.origin === new URL(action).origin);
  return (await answered).status();
}

async function passkeys(pool, accessToken) {
  return (await pool.server.call("ListWebAuthnCredentials", { AccessToken: accessToken })).Credentials;
}

for (const host of ["127.0.0.1", "localhost"]) {
  test.describe(`a page at ${host}`, () => {
    let attacker;

    test.beforeEach(async ({ alsoKnown }) => {
      attacker = await Site.open();
      alsoKnown.push(attacker.at("", host));
    });

    test.afterEach(async () => {
      await attacker.close();
    });

    test("signs nobody in as the attacker", async ({ page, context, newPool }) => {
      const pool = await newPool();
      await pool.addUser("mallory");
      await page.goto(pool.url());
      const fields = { username: "mallory", password: PASSWORD, _csrf: PLANTED, signInSubmitButton: "yes" };
      expect(await forge(page, attacker, host, pool.url("/login"), fields)).toBe(403);
      const names = (await context.cookies(pool.server.pages)).map((cookie) => cookie.name);
      expect(names).not.toContain(pool.sessionCookie);
    });

    test("makes no use of the session of the browser", async ({ page, newPool, app }) => {
      const pool = await newPool();
      await pool.addUser("ann");
      await page.goto(pool.url());
      await submit(page, { username: "ann", password: PASSWORD });
      await back(page, app);
      const before = app.requests.length;
      const fields = { continue: "yes", _csrf: PLANTED };
      expect(await forge(page, attacker, host, pool.url("/login"), fields)).toBe(403);
      expect(app.requests.slice(before).filter(({ path }) => path.includes("code="))).toEqual([]);
    });

    test("makes, confirms and resets no account", async ({ page, newPool }) => {
      const pool = await newPool();
      await pool.addUser("ann");
      const attributes = [{ Name: "email", Value: "ben@example.com" }];
      await pool.server.call("SignUp", { ClientId: pool.clientId, Username: "ben", Password: PASSWORD, UserAttributes: attributes });
      const code = await pool.lastCode("ben");
      await pool.server.call("ForgotPassword", { ClientId: pool.clientId, Username: "ann" });
      const reset = await pool.lastCode("ann");
      const messages = async () => (await pool.server.look(`/outbox?pool=${pool.id}`)).length;
      const sent = await messages();
      const forged = [
        ["/signup", { username: "eve", password: PASSWORD, "attribute.email": "eve@example.com" }],
        ["/confirm", { username: "ben", code }],
        ["/confirm", { username: "ben", resend: "yes" }],
        ["/resendcode", { username: "ben", resend: "yes" }],
        ["/forgotPassword", { username: "ann" }],
        ["/confirmForgotPassword", { username: "ann", code: reset, password: "Mallorys-Horse-9" }],
        ["/resetPassword", { username: "ann", code: reset, password: "Mallorys-Horse-9" }],
      ];
      for (const [path, fields] of forged) {
        expect(await forge(page, attacker, host, pool.url(path), { ...fields, _csrf: PLANTED }), path).toBe(403);
      }
      expect(await messages(), "no message was sent").toBe(sent);
      const { Users } = await pool.call("ListUsers", {});
      expect(Users.map(({ Username, UserStatus }) => `${Username} ${UserStatus}`).sort()).toEqual(["ann CONFIRMED", "ben UNCONFIRMED"]);
    });

    test("answers no second factor", async ({ page, newPool, app }) => {
      const recovery = { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] } };
      const pool = await newPool({ pool: recovery, mfa: { MfaConfiguration: "OPTIONAL", EmailMfaConfiguration: {} } });
      await pool.addUser("mallory");
      await pool.prefer("mallory", "Email");
      await page.goto(pool.url());
      await submit(page, { username: "mallory", password: PASSWORD });
      // The attacker knows their own question and its answer.
      const step = await page.locator("input[name=step]").inputValue();
      const fields = { step, code: await pool.lastCode("mallory"), _csrf: PLANTED };
      const before = app.requests.length;
      expect(await forge(page, attacker, host, pool.url("/login"), fields)).toBe(403);
      expect(app.requests.length).toBe(before);
    });

    test("says nothing at a provider's page", async ({ page, newPool, app }) => {
      const pool = await newPool({ providers: ["Google"] });
      await page.goto(pool.url(undefined, { identity_provider: "Google" }));
      const before = app.requests.length;
      expect(await forge(page, attacker, host, page.url(), { subject: "666", _csrf: PLANTED })).toBe(403);
      expect(app.requests.length).toBe(before);
      expect((await pool.call("ListUsers", {})).Users).toEqual([]);
    });

    test("adds no passkey, though it has one that would do", async ({ page, newPool, app }) => {
      const pool = await newPool({
        pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
        mfa: { WebAuthnConfiguration: { RelyingPartyId: "localhost" } },
      });
      await pool.addUser("ann");
      await page.goto(pool.url(undefined, { scope: "openid aws.cognito.signin.user.admin" }));
      await submit(page, { username: "ann", password: PASSWORD });
      const { access_token } = await pool.tokens((await back(page, app)).code);
      const url = pool.url("/passkeys/add");
      const made = async () => {
        const options = JSON.parse(await page.locator("#passkey").getAttribute("data-options"));
        return JSON.stringify(await pool.server.local(`/authenticator/create?origin=${pool.server.pages}`, options));
      };
      await page.goto(url);
      const fields = { credential: await made(), _csrf: PLANTED };
      expect(await forge(page, attacker, host, url, fields)).toBe(host === "localhost" ? 403 : 401);
      expect(await passkeys(pool, access_token)).toEqual([]);
      // Sent by the page itself, one that was made the same way is taken.
      await page.goto(url);
      const credential = await made();
      await page.locator("#passkey").evaluate((form, text) => {
        form.elements.credential.value = text;
        form.submit();
      }, credential);
      await page.waitForURL(app.callback);
      expect(await passkeys(pool, access_token)).toHaveLength(1);
    });

    test("reads no page, and administers nothing", async ({ page, newPool, found }) => {
      const pool = await newPool();
      attacker.put("/reads", "");
      await page.goto(attacker.at("/reads", host));
      const attempt = (url, options) =>
        page.evaluate(async ([url, options]) => {
          try {
            const answer = await fetch(url, options);
            return answer.status;
          } catch {
            return "refused";
          }
        }, [url, options]);
      expect(await attempt(pool.url("/login"), { credentials: "include" })).toBe("refused");
      expect(await attempt(`${pool.server.pages}/_local/outbox`, {})).toBe("refused");
      const deletion = { method: "POST", headers: { "X-Amz-Target": "AWSCognitoIdentityProviderService.DeleteUserPool" } };
      expect(await attempt(pool.server.pages, { ...deletion, body: JSON.stringify({ UserPoolId: pool.id }) })).toBe("refused");
      await pool.call("DescribeUserPool", {});
      found.splice(0);
    });
  });
}

test("a form of a page without an origin is refused", async ({ page, newPool, alsoKnown }) => {
  const pool = await newPool();
  await pool.addUser("mallory");
  const attacker = await Site.open();
  alsoKnown.push(attacker.at("", "localhost"));
  await page.goto(pool.url());
  const csrf = await page.locator("input[name=_csrf]").inputValue();
  const inner = form(pool.url("/login"), { username: "mallory", password: PASSWORD, _csrf: csrf });
  attacker.put("/inner", inner);
  attacker.put("/sandbox", `<iframe title="a" sandbox="allow-scripts allow-forms allow-top-navigation" src="/inner"></iframe>`);
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.goto(attacker.at("/sandbox", "localhost"));
  expect((await answered).status()).toBe(403);
  await attacker.close();
});

test("an image does not sign anybody out", async ({ page, newPool, app, alsoKnown }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url());
  await submit(page, { username: "ann", password: PASSWORD });
  await back(page, app);
  const attacker = await Site.open();
  alsoKnown.push(attacker.at(""));
  const logout = pool.url("/logout", { logout_uri: app.signedOut }).replaceAll("&", "&amp;");
  attacker.put("/image", `<img alt="" src="${logout}">`);
  await page.goto(attacker.at("/image"));
  await page.goto(pool.url());
  await back(page, app);
  await attacker.close();
});
