// Second factors: codes by text message, by e-mail and of an app; setting one up; choosing one.
import { alert, back, choice, submit } from "../support/at-the-pages.mjs";
import { codeOf, scan } from "../support/qr.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD } from "../support/user-pool.mjs";

const SMS = { SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sns" } } };
const EMAIL = { EmailMfaConfiguration: {} };
const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } };
// Codes of second factors go where those for a forgotten password do not.
const RECOVERY = { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] } };

async function poolWith(newPool, ...factors) {
  const pool = await newPool({ pool: RECOVERY, mfa: Object.assign({ MfaConfiguration: "OPTIONAL" }, ...factors) });
  await pool.addUser("ann");
  return pool;
}

async function enterPassword(page, pool, language) {
  await page.goto(pool.url(undefined, { lang: language }));
  await submit(page, { username: "ann", password: PASSWORD });
}

for (const [factor, settings, shown] of [["SMS", SMS, "+*******0100"], ["Email", EMAIL, "a***@e***"]]) {
  test(`a code by ${factor}`, async ({ page, newPool, app, look, language }) => {
    const pool = await poolWith(newPool, settings);
    await pool.prefer("ann", factor);
    await enterPassword(page, pool, language);
    await expect(page.locator("main")).toContainText(shown);
    await expect(page.locator("input[name=code]")).toBeFocused();
    await look(page, `code-by-${factor.toLowerCase()}`);
    await submit(page, { code: "000000" });
    await expect(alert(page)).toBeVisible();
    await look(page, `code-by-${factor.toLowerCase()}-wrong`);
    await submit(page, { code: await pool.lastCode("ann") });
    const { code } = await back(page, app);
    expect(await pool.claims(code)).toMatchObject({ "cognito:username": "ann" });
  });
}

test("one of several factors is chosen", async ({ page, newPool, app, look, language }) => {
  const pool = await poolWith(newPool, SMS, EMAIL);
  await pool.call("AdminSetUserMFAPreference", {
    Username: "ann",
    SMSMfaSettings: { Enabled: true },
    EmailMfaSettings: { Enabled: true },
  });
  await enterPassword(page, pool, language);
  await look(page, "choose-factor");
  await choice(page, "EMAIL_OTP").click();
  await expect(page.locator("main")).toContainText("a***@e***");
  await submit(page, { code: await pool.lastCode("ann") });
  await back(page, app);
});

test("an app is set up by its picture, and asked for from then on", async ({ page, context, newPool, app, look, language }) => {
  const pool = await newPool({ pool: RECOVERY, mfa: { MfaConfiguration: "ON", ...TOTP } });
  await pool.addUser("ann");
  await enterPassword(page, pool, language);
  await look(page, "set-up-app");
  const address = await scan(page);
  const typed = await page.locator("code").textContent();
  expect(new URL(address).searchParams.get("secret")).toBe(typed);
  expect(decodeURIComponent(address)).toContain("browser:ann");
  await submit(page, { code: "000000" });
  await expect(alert(page)).toBeVisible();
  expect(await scan(page), "the same secret").toBe(address);
  await look(page, "set-up-app-wrong-code");
  await submit(page, { code: codeOf(address) });
  await back(page, app);

  await context.clearCookies();
  await enterPassword(page, pool, language);
  await look(page, "code-of-app");
  // The code that set the app up is used up; those of the half minute after are taken too.
  await submit(page, { code: codeOf(address, 30) });
  const { code } = await back(page, app);
  expect(await pool.claims(code)).toMatchObject({ "cognito:username": "ann" });
});

test("an address for codes is set up, out of a choice", async ({ page, newPool, app, look, language }) => {
  const pool = await newPool({ pool: RECOVERY, mfa: { MfaConfiguration: "ON", ...TOTP, ...EMAIL } });
  await pool.server.local(`/users?pool=${pool.id}`, { username: "ann", password: PASSWORD });
  await enterPassword(page, pool, language);
  await look(page, "choose-set-up");
  await choice(page, "EMAIL_OTP").click();
  await look(page, "set-up-email");
  await submit(page, { email: "ann@example.com" });
  await look(page, "set-up-email-code");
  await submit(page, { code: await pool.lastCode("ann") });
  await back(page, app);
});
