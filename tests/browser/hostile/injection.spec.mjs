// Texts of strangers on the pages: in addresses, forms, attributes, names and errors. Scripts, had they run, would have been
// seen (support/watch.mjs); so would what only the pages' policy stopped.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { alert, back, submit } from "../support/at-the-pages.mjs";
import { LocalPool } from "../support/local-pool.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD, UserPool } from "../support/user-pool.mjs";
import { CANARY } from "../support/watch.mjs";

const PAYLOADS = [
  `"><script>${CANARY}=1</script>`,
  `'><img src=x onerror=${CANARY}=1>`,
  `" autofocus onfocus=${CANARY}=1 x="`,
  `</style><svg onload=${CANARY}=1>`,
  `</script><script>${CANARY}=1</script>`,
  `javascript:${CANARY}=1//`,
  `<form action=https://evil.example/><button>Sign in</button></form>`,
  `<meta http-equiv=refresh content="0;url=https://evil.example/">`,
  `<base href=https://evil.example/>`,
];

/** What a page of ours never has. */
async function hasNothingForeign(page, at) {
  const foreign = page.locator("img, base, meta[http-equiv], iframe, object, embed, script:not([nonce]), style:not([nonce]), [onerror], [onload], [onfocus]");
  expect(await foreign.count(), at).toBe(0);
  const targets = await page.locator("form, a").evaluateAll((all) => all.map((one) => one.action ?? one.href));
  for (const target of targets) expect(target, at).toMatch(/^http:\/\/localhost:\d+\//);
}

const PATHS = ["/oauth2/authorize", "/login", "/signup", "/confirm", "/forgotPassword", "/confirmForgotPassword", "/error", "/logout", "/passkeys/add", "/oauth2/idpresponse"];
// What a request may say freely, and what has to be known.
const FREE = ["lang", "state", "nonce", "login_hint", "username", "error", "error_description"];
const CHECKED = ["client_id", "redirect_uri", "scope", "prompt", "identity_provider", "idp_identifier", "code_challenge", "response_type", "max_age"];

for (const path of PATHS) {
  test(`nothing in the address of ${path} becomes part of the page`, async ({ page, newPool, app }) => {
    const pool = await newPool({ providers: ["Google"] });
    const all = PAYLOADS.map((payload) => Object.fromEntries(FREE.map((name) => [name, payload])));
    const one = CHECKED.map((name, at) => ({ [name]: PAYLOADS[at % PAYLOADS.length] }));
    for (const changes of [...all, ...one]) {
      await page.goto(pool.url(path, changes));
      if (page.url().startsWith(app.at(""))) continue;
      await hasNothingForeign(page, `${path} ${JSON.stringify(changes)}`);
    }
  });
}

test("the state comes back to the app as it was", async ({ page, newPool, app }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  const state = PAYLOADS.join("\r\nSet-Cookie: a=b ");
  await page.goto(pool.url(undefined, { state }));
  await submit(page, { username: "ann", password: PASSWORD });
  expect((await back(page, app)).state).toBe(state);
});

for (const [path, fields] of [
  ["/login", ["username", "password"]],
  ["/signup", ["username", "attribute.email", "password"]],
  ["/confirm", ["username", "code"]],
  ["/forgotPassword", ["username"]],
]) {
  test(`nothing that is typed at ${path} becomes part of the next page`, async ({ page, newPool }) => {
    const pool = await newPool();
    for (const payload of PAYLOADS) {
      await page.goto(pool.url(path));
      await page.locator("form").evaluate((form) => (form.noValidate = true));
      await submit(page, Object.fromEntries(fields.map((name) => [name, payload])));
      await expect(alert(page)).toBeVisible();
      await hasNothingForeign(page, payload);
      await expect(page.locator("input[name=username]")).toHaveValue(payload);
    }
  });
}

test("names and attributes of accounts, pools and factors are text", async ({ page, newPool, app }) => {
  const pool = await newPool({
    pool: { PoolName: `x"></svg><script>${CANARY}=1</script>`.replace(/[^\w\s+=,.@-]/g, "-") },
    mfa: { MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } },
  });
  const name = `<img/src=x/onerror=${CANARY}=1>`;
  await pool.addUser(name, { attributes: { email: `"><svg/onload=${CANARY}=1>"@example.com` } });
  await page.goto(pool.url());
  await submit(page, { username: name, password: PASSWORD });
  await expect(page.locator(".qr svg")).toBeVisible();
  await hasNothingForeign(page, "set-up");
});

test("whom a browser knows, and whom a provider knows, are text", async ({ page, newPool, app }) => {
  const pool = await newPool({ providers: ["Google"] });
  const subject = `"><img/src=x/onerror=${CANARY}=1>`;
  const name = `"><script>${CANARY}=1</script>`;
  await page.goto(pool.url(undefined, { identity_provider: "Google" }));
  await submit(page, { subject, name });
  expect((await back(page, app)).error).toBeUndefined();
  await page.goto(pool.url(undefined, { prompt: "select_account" }));
  await expect(page.locator("button[name=continue]")).toContainText(subject);
  await hasNothingForeign(page, "continue as");
  await page.goto(pool.url(undefined, { identity_provider: "Google", prompt: "login" }));
  await expect(page.locator("button[name=person]")).toContainText(name);
  await hasNothingForeign(page, "people");
});

test("what a trigger throws is text", async ({ page, app, alsoKnown }) => {
  const folder = await mkdtemp(join(tmpdir(), "portcullis-triggers-"));
  const thrown = `"><img src=x onerror=${CANARY}=1><script>${CANARY}=1</script>`;
  await writeFile(join(folder, "preSignUp.js"), `exports.handler = async () => { throw new Error(${JSON.stringify(thrown)}); };`);
  const server = await LocalPool.start("--triggers", folder);
  alsoKnown.push(server.pages);
  try {
    const pool = await UserPool.make(server, app);
    await page.goto(pool.url("/signup"));
    await submit(page, { username: "ben", "attribute.email": "ben@example.com", password: PASSWORD });
    await expect(alert(page)).toContainText(thrown);
    await hasNothingForeign(page, "trigger");
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
});

test("the canary sings", async ({ page, newPool, found }) => {
  const pool = await newPool();
  await page.goto(pool.url());
  // What an injection would do, done by hand: the policy stops it, and that is seen.
  await page.evaluate((canary) => {
    const script = document.createElement("script");
    script.textContent = `${canary} = 1`;
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", `<img src="https://evil.example/" onerror="${canary} = 1">`);
  }, CANARY);
  const kinds = () => found.map((text) => text.split(" ").slice(0, 2).join(" ")).sort();
  const stopped = ["policy: img-src", "policy: script-src-attr", "policy: script-src-elem"];
  await expect.poll(kinds).toEqual(expect.arrayContaining(stopped));
  found.splice(0);
  await page.evaluate((canary) => (globalThis[canary] = 1), CANARY);
  await expect.poll(() => found.splice(0)).toEqual([`policy: ${CANARY} was set`]);
});
