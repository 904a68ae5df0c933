// The console at /_local/, as a developer uses it beside their app.
import { expect, test } from "../support/test.mjs";
import { PASSWORD } from "../support/user-pool.mjs";

/** Opens a section of the console for a pool. */
async function open(page, pool, ...path) {
  const place = [pool.id, ...path].map(encodeURIComponent).join("/");
  await page.goto(`${pool.server.pages}/_local/#/${place}`);
  await expect(page.locator("#content section")).not.toHaveAttribute("aria-busy");
}

function button(page, name) {
  return page.getByRole("button", { name, exact: true });
}

test.afterEach(async ({ server }) => {
  // Other tests share the server, and their authenticator apps go by the true time.
  const { now } = await server.local("/clock/resume");
  const ahead = now - Date.now() / 1000;
  if (ahead > 1) await server.local("/clock/turn-back", { seconds: ahead });
  await fetch(`${server.endpoint}/_local/faults`, { method: "DELETE" });
});

test("pools: what they are, and a new one", async ({ page, newPool, look }) => {
  const pool = await newPool();
  await open(page, pool, "pools");
  await expect(page.getByRole("region", { name: "App clients" })).toContainText(pool.clientId);
  await look(page, "console-pools");
  await page.getByLabel("Name").fill("second");
  await button(page, "Create").click();
  await expect(page.locator("#pool option:checked")).toContainText("second");
  await expect(page.getByRole("region", { name: "App clients" })).toContainText("ALLOW_USER_SRP_AUTH");
});

test("users: one is made, disabled, enabled, reset, given a password and deleted", async ({ page, newPool, look }) => {
  const pool = await newPool();
  await open(page, pool, "users");
  await expect(page.getByText("Nobody is here.")).toBeVisible();
  await page.getByLabel("User name", { exact: true }).fill("ann");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByLabel("Email").fill("ann@example.com");
  await button(page, "Create").click();
  // No policy is asked here: the console is for tests. What the API's model refuses is told, though.
  await expect(page.getByRole("link", { name: "ann" })).toBeVisible();
  await page.getByLabel("User name", { exact: true }).fill("ann");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(page, "Create").click();
  await expect(page.locator("form [role=alert]")).toContainText("already exists");
  await look(page, "console-users");

  await page.getByRole("link", { name: "ann" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "ann" })).toBeVisible();
  await look(page, "console-user");
  const status = async () => {
    const user = await pool.call("AdminGetUser", { Username: "ann" });
    return `${user.UserStatus} ${user.Enabled}`;
  };
  await button(page, "Disable").click();
  await expect(button(page, "Enable")).toBeVisible();
  expect(await status()).toBe("CONFIRMED false");
  await button(page, "Enable").click();
  await expect(button(page, "Disable")).toBeVisible();
  await button(page, "Require a new password").click();
  await expect(page.locator("dd", { hasText: "RESET_REQUIRED" })).toBeVisible();
  await page.getByLabel("New password").fill(PASSWORD);
  await button(page, "Set").click();
  await expect(page.locator("#notice")).toHaveText("The password is set.");
  expect(await status()).toBe("CONFIRMED true");
  await button(page, "Delete").click();
  await look(page, "console-question");
  await button(page, "Cancel").click();
  expect(await status()).toBe("CONFIRMED true");
  await button(page, "Delete").click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Nobody is here.")).toBeVisible();
});

test("a sign-up shows up by itself, and is confirmed in a click", async ({ page, newPool }) => {
  const pool = await newPool();
  await open(page, pool, "users");
  await pool.server.call("SignUp", {
    ClientId: pool.clientId,
    Username: "sue",
    Password: PASSWORD,
    UserAttributes: [{ Name: "email", Value: "sue@example.com" }],
  });
  await page.getByRole("link", { name: "sue" }).click();
  await expect(page.locator(".code")).toHaveText(await pool.lastCode("sue"));
  await button(page, "Confirm").click();
  await expect(page.locator("dd", { hasText: /^CONFIRMED$/ })).toBeVisible();
});

test("tokens: of a sign-in, revoked, and read", async ({ page, newPool, look }) => {
  const flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
  const pool = await newPool({ client: { ExplicitAuthFlows: flows, GenerateSecret: true } });
  await pool.addUser("ann");
  await open(page, pool, "users", "ann");
  await page.getByLabel("Password", { exact: true }).fill("Wrong-Horse-9");
  await button(page, "Sign in").click();
  await expect(page.locator("form [role=alert]").last()).toContainText("Incorrect username or password.");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(page, "Sign in").click();
  await expect(page.locator("details", { hasText: "IdToken" })).toContainText('"email": "ann@example.com"');
  await expect(page.locator("details", { hasText: "RefreshToken" })).toContainText("only for the service");
  await look(page, "console-tokens");
  await button(page, "Revoke tokens").click();
  await expect(page.locator("#notice")).toHaveText("All tokens are revoked.");
  await page.getByLabel("Read a token").fill("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.");
  await expect(page.locator("details", { hasText: "This token" })).toContainText('"sub": "x"');
});

test("codes and what happens are there as they happen, with the reason that the app is not told", async ({
  page,
  newPool,
  look,
}) => {
  const pool = await newPool({ client: { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"], PreventUserExistenceErrors: "ENABLED" } });
  await pool.addUser("ann");
  await open(page, pool, "messages");
  await expect(page.getByText("Nothing was sent yet.")).toBeVisible();
  await pool.server.call("ForgotPassword", { ClientId: pool.clientId, Username: "ann" });
  await expect(page.locator(".code")).toHaveText(await pool.lastCode("ann"));
  await look(page, "console-messages");

  await page.getByRole("link", { name: "Activity" }).click();
  await expect(page.locator(".activity")).toContainText("ForgotPassword → 200 · ann");
  const parameters = { USERNAME: "nobody-there", PASSWORD };
  const refused = pool.server.call("InitiateAuth", {
    ClientId: pool.clientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: parameters,
  });
  await expect(refused).rejects.toThrow("NotAuthorizedException");
  const line = page.locator(".activity li", { hasText: "nobody-there" }).first();
  await expect(line).toContainText("InitiateAuth → NotAuthorizedException · nobody-there");
  await expect(line.locator("em")).toHaveText(/unknown user/);
  await line.locator("summary").click();
  await expect(line.locator("pre")).toContainText('"status": 400');
  await look(page, "console-activity");
  await page.getByLabel("With the text").fill("forgotpassword");
  await expect(page.locator(".activity li", { hasText: "nobody-there" })).toHaveCount(0);
  await button(page, "Clear").click();
  await expect(page.getByText("Nothing has happened yet.")).toBeVisible();
});

test("faults: one click takes the service away, and a line says so everywhere", async ({ page, newPool, look }) => {
  const pool = await newPool();
  const isThere = () =>
    pool.server.call("ListUserPools", { MaxResults: 1 }).then(
      () => true,
      () => false,
    );
  await open(page, pool, "faults");
  await button(page, "Offline").click();
  await expect(page.locator("#warning")).toHaveText("Faults are set for every request.");
  expect(await isThere()).toBe(false);
  // The console itself goes on.
  await page.getByRole("link", { name: "Pools", exact: true }).click();
  await expect(page.getByRole("region", { name: "App clients" })).toBeVisible();
  await page.getByRole("link", { name: "Faults" }).click();
  await page.getByLabel("Request").selectOption("SignUp");
  await page.getByLabel(/^It/).selectOption("exception");
  await page.getByLabel("Exception").fill("LimitExceededException");
  await page.getByLabel("How often (empty: always)").fill("2");
  await button(page, "Set").click();
  await expect(page.getByRole("row", { name: /SignUp/ })).toContainText("2 more");
  await look(page, "console-faults");
  await button(page, "Clear all").click();
  await expect(page.getByText("Everything works.")).toBeVisible();
  await expect(page.locator("#warning")).toBeHidden();
  expect(await isThere()).toBe(true);
});

test("the clock moves, and stands still", async ({ page, newPool, look }) => {
  const pool = await newPool();
  await open(page, pool, "clock");
  const now = async () => (await pool.server.look("/clock")).now;
  const before = await now();
  await button(page, "A day on").click();
  await expect.poll(now).toBeGreaterThan(before + 86_000);
  await button(page, "Stand still").click();
  await expect(page.locator("#warning")).toHaveText("The clock stands still.");
  await look(page, "console-clock");
  await button(page, "Run on").click();
  await expect(page.locator("#warning")).toBeHidden();
  await button(page, "An hour back").click();
  await expect.poll(now).toBeLessThan(before + 86_000);
});

test("identity pools and the configuration", async ({ page, newPool, look }) => {
  const pool = await newPool();
  const made = await pool.server.local("/call/CreateIdentityPool", {
    IdentityPoolName: "guests",
    AllowUnauthenticatedIdentities: true,
    SupportedLoginProviders: { "accounts.google.com": "app-id" },
  });
  await pool.server.local("/call/GetId", { IdentityPoolId: made.IdentityPoolId });
  await open(page, pool, "identities");
  await expect(page.getByRole("region", { name: "Identities" })).toContainText("a guest");
  await page.getByLabel("Subject").fill("1170");
  await button(page, "Hand out").click();
  await expect(page.locator("pre")).toContainText("eyJ");
  await look(page, "console-identities");
  await page.getByRole("button", { name: /^Delete / }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Nobody has an identity yet.")).toBeVisible();

  await open(page, pool, "configuration");
  await expect(page.locator("pre")).toContainText(pool.clientId);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await button(page, "Copy").click();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied.auth.user_pool_client_id).toBe(pool.clientId);
  await look(page, "console-configuration");
});

test("what others wrote stays text, in every section", async ({ page, newPool, found }) => {
  const evil = '<img src=x onerror="window.__pwned=1">';
  const pool = await newPool({ pool: { PoolName: "pool" }, client: { ClientName: "client" } });
  // Names of the API have an alphabet of their own; attributes and messages do not.
  await pool.addUser("ann", { attributes: { name: evil, email: "ann@example.com" } });
  await pool.addUser("'\"><script>window.__pwned=1</script>");
  await pool.server.call("SignUp", { ClientId: pool.clientId, Username: evil, Password: PASSWORD }).catch(() => {});
  await pool.server.call("ForgotPassword", { ClientId: pool.clientId, Username: "ann" });
  for (const section of ["pools", "users", "messages", "activity", "faults", "clock", "identities", "configuration"]) {
    await open(page, pool, section);
  }
  await open(page, pool, "users", "ann");
  await expect(page.getByRole("region", { name: "Attributes" })).toContainText(evil);
  // Addresses are somebody's text as well.
  await page.goto(`${pool.server.pages}/_local/#/${encodeURIComponent(evil)}/users/${encodeURIComponent(evil)}`);
  await expect(page.locator("#content > section > [role=alert]")).toContainText("Exception");
  await page.goto(`${pool.server.pages}/_local/#/%E0%A4%A/constructor`);
  await expect(page.locator("h1")).toBeVisible();
  expect(found).toEqual([]);
});

test("other pages can neither frame it nor use what it uses", async ({ page, newPool, app, found }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  const target = `${pool.server.pages}/_local`;
  app.put(
    "/attack",
    `<iframe src="${target}/"></iframe><form id="f" method="post" enctype="text/plain" target="_blank"
     action="${target}/users/ann/disable?pool=${pool.id}"><input name="x"></form>
     <script>
       const send = (path, options) => fetch("${target}" + path, options).then((answer) => answer.status, () => "blocked");
       window.told = Promise.all([
         send("/outbox", { mode: "cors" }),
         send("/users/ann/disable?pool=${pool.id}", { method: "POST", mode: "no-cors" }).then(() => "sent"),
         send("/call/AdminDisableUser", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }),
       ]);
       document.getElementById("f").submit();
     </script>`,
  );
  await page.goto(app.at("/attack"));
  expect(await page.evaluate(() => window.told)).toEqual(["blocked", "sent", "blocked"]);
  // The frame has the refusal in it, or nothing where the browser shows no such thing.
  for (const frame of page.frames().slice(1)) {
    expect(await frame.content()).not.toContain("console/main.js");
  }
  const user = await pool.call("AdminGetUser", { Username: "ann" });
  expect(user.Enabled).toBe(true);
  found.length = 0;
});

test("the server goes away and comes back", async ({ page, newPool, context }) => {
  const pool = await newPool();
  await open(page, pool, "users");
  await expect(page.locator("#live")).toHaveText("Connected");
  await context.setOffline(true);
  await page.getByRole("link", { name: "Pools", exact: true }).click();
  await expect(page.locator("#content [role=alert]")).toContainText("does not answer");
  await context.setOffline(false);
  await page.getByRole("link", { name: "Users", exact: true }).click();
  await expect(page.getByText("Nobody is here.")).toBeVisible();
});
