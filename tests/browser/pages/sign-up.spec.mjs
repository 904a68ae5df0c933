// Accounts: signing up, confirming, and a forgotten password.
import { alert, back, submit } from "../support/at-the-pages.mjs";
import { expect, test } from "../support/test.mjs";
import { NEW_PASSWORD, PASSWORD } from "../support/user-pool.mjs";

test("an account is made and confirmed, and signs in", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool();
  await page.goto(pool.url(undefined, { lang: language }));
  await page.locator(".links a").last().click();
  await look(page, "sign-up");
  await submit(page, { username: "ben", "attribute.email": "ben@example.com", password: "weak" });
  await expect(alert(page)).toBeVisible();
  await expect(page.locator('input[name="attribute.email"]')).toHaveValue("ben@example.com");
  await look(page, "sign-up-refused");
  await submit(page, { username: "ben", "attribute.email": "ben@example.com", password: PASSWORD });
  await expect(page.locator("main")).toContainText("b***@e***");
  await look(page, "confirm");
  await submit(page, { code: "000000" });
  await expect(alert(page)).toBeVisible();
  await look(page, "confirm-wrong-code");
  const first = await pool.lastCode("ben");
  await page.locator("button[name=resend]").click();
  await expect(alert(page)).toBeHidden();
  const second = await pool.lastCode("ben");
  expect(second).not.toBe(first);
  await submit(page, { code: second });
  await expect(page.locator("input[name=username]")).toHaveValue("ben");
  await submit(page, { password: PASSWORD });
  const { code } = await back(page, app);
  expect(await pool.claims(code)).toMatchObject({ "cognito:username": "ben", email_verified: true });
});

test("a name that is taken is told", async ({ page, newPool, look, language }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url("/signup", { lang: language }));
  await submit(page, { username: "ann", "attribute.email": "ann@example.com", password: PASSWORD });
  await expect(alert(page)).toBeVisible();
  await look(page, "sign-up-taken");
});

test("the browser itself asks for what is missing", async ({ page, newPool }) => {
  const pool = await newPool();
  await page.goto(pool.url("/signup"));
  await submit(page, { username: "ben", "attribute.email": "no address", password: PASSWORD });
  const email = page.locator('input[name="attribute.email"]');
  expect(await email.evaluate((input) => input.validity.typeMismatch)).toBe(true);
  await expect(page).toHaveURL(/\/signup/);
});

test("a forgotten password is replaced by a code", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url(undefined, { lang: language }));
  await page.locator(".links a").first().click();
  await look(page, "forgot-password");
  await submit(page, { username: "ann" });
  await expect(page.locator("main")).toContainText("a***@e***");
  await look(page, "forgot-password-code");
  await submit(page, { code: "000000", password: NEW_PASSWORD });
  await expect(alert(page)).toBeVisible();
  await look(page, "forgot-password-wrong-code");
  await submit(page, { code: await pool.lastCode("ann"), password: NEW_PASSWORD });
  await submit(page, { password: NEW_PASSWORD });
  await back(page, app);
});

test("where nobody signs up themselves there is no such page", async ({ page, newPool, look, language }) => {
  const pool = await newPool({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
  await page.goto(pool.url(undefined, { lang: language }));
  await expect(page.locator(".links a")).toHaveCount(1);
  await page.goto(pool.url("/signup", { lang: language }));
  await expect(page.locator("form")).toHaveCount(0);
  await look(page, "sign-up-closed");
});
