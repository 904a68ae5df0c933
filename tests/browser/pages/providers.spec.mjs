// Signing in by an identity provider, which local-pool plays.
import { alert, back, submit } from "../support/at-the-pages.mjs";
import { expect, test } from "../support/test.mjs";

const LOCALISED = { lang: null };

test("somebody signs in by a provider, and is known there the next time", async ({ page, context, newPool, app, look, language }) => {
  const pool = await newPool({ providers: ["Google", "LoginWithAmazon"] });
  await page.goto(pool.url(undefined, { lang: language }));
  await look(page, "sign-in-with-providers");
  await page.locator("a.button", { hasText: "Google" }).click();
  await look(page, "provider");
  await submit(page, { subject: "1170", email: "gail@example.com", name: "Gail", claims: "no json" });
  await expect(alert(page)).toBeVisible();
  await look(page, "provider-refused");
  await submit(page, { subject: "1170", email: "gail@example.com", name: "Gail", claims: "" });
  const { code } = await back(page, app);
  const claims = await pool.claims(code);
  expect(claims).toMatchObject({ "cognito:username": "Google_1170", email: "gail@example.com" });
  expect(claims.identities).toMatchObject([{ providerName: "Google", userId: "1170" }]);

  await context.clearCookies({ name: pool.sessionCookie });
  await page.goto(pool.url(undefined, { ...LOCALISED, identity_provider: "Google" }));
  await look(page, "provider-with-people");
  await page.locator("button[name=person]").click();
  const again = await back(page, app);
  expect(await pool.claims(again.code)).toMatchObject({ sub: claims.sub });
});

test("whoever does not want to is told to the app", async ({ page, newPool, app, language }) => {
  const pool = await newPool({ providers: ["Google"] });
  await page.goto(pool.url(undefined, { lang: language }));
  await page.locator("a.button").click();
  await page.locator("button[name=cancel]").click();
  const told = await back(page, app);
  expect(told).toMatchObject({ error: "invalid_request", state: "s1" });
  expect(told.error_description).toContain("access_denied");
  expect(told.code).toBeUndefined();
});

test("a provider's answer that was used leads nowhere", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool({ providers: ["Google"] });
  const answers = [];
  page.on("request", (request) => {
    if (request.url().includes("/oauth2/idpresponse")) answers.push(request.url());
  });
  await page.goto(pool.url(undefined, { lang: language }));
  await page.locator("a.button").click();
  await submit(page, { subject: "1170" });
  await back(page, app);
  await page.goto(answers[0]);
  await expect(page.locator("form")).toHaveCount(0);
  await look(page, "error-lost");
});
