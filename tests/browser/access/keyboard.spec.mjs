// The pages by keyboard alone.
import { back, submit } from "../support/at-the-pages.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD } from "../support/user-pool.mjs";

/** What has the focus: the name of a field or a button, or a link's text. */
function focused(page) {
  return page.evaluate(() => {
    const { name, textContent, tagName } = document.activeElement;
    return tagName === "BODY" ? null : name || textContent.trim();
  });
}

test("signing in takes a name, a password and the keys between them", async ({ page, newPool, app }) => {
  const pool = await newPool();
  await pool.addUser("ann");
  await page.goto(pool.url());
  await page.keyboard.type("ann");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await back(page, app);
});

test("a second factor is chosen and answered by keyboard", async ({ page, newPool, app }) => {
  const recovery = { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] } };
  const sms = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sns" } };
  const mfa = { MfaConfiguration: "OPTIONAL", EmailMfaConfiguration: {}, SmsMfaConfiguration: sms };
  const pool = await newPool({ pool: recovery, mfa });
  await pool.addUser("ann");
  const enabled = { Enabled: true };
  await pool.call("AdminSetUserMFAPreference", { Username: "ann", SMSMfaSettings: enabled, EmailMfaSettings: enabled });
  await page.goto(pool.url());
  await page.keyboard.type("ann");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.locator("button[value=EMAIL_OTP]")).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(page.locator("input[name=code]")).toBeFocused();
  await page.keyboard.type(await pool.lastCode("ann"));
  await page.keyboard.press("Enter");
  await back(page, app);
});

test("everything is reached in the order it is read in, and shows that it has the focus", async ({ page, newPool }) => {
  const pool = await newPool({ providers: ["Google"] });
  await page.goto(pool.url());
  const reached = [];
  await page.locator("h1").click();
  for (;;) {
    await page.keyboard.press("Tab");
    const name = await focused(page);
    if (name === null || reached.includes(name)) break;
    reached.push(name);
    const width = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
    });
    expect(width, `the outline of ${name}`).toBeGreaterThanOrEqual(2);
  }
  const fields = ["username", "password", "signInSubmitButton"];
  expect(reached).toEqual(["Continue with Google", ...fields, "Forgot your password?", "Create an account"]);
});

test("what went wrong is announced, and belongs to its field", async ({ page, newPool }) => {
  const pool = await newPool();
  await page.goto(pool.url());
  await submit(page, { username: "nobody", password: PASSWORD });
  await expect(page.getByRole("alert")).toHaveText("User does not exist.");
  await expect(page.getByLabel("Username")).toHaveAccessibleDescription("User does not exist.");
});

test("targets are large enough for a finger", async ({ page, newPool }) => {
  const pool = await newPool({ providers: ["Google"] });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(pool.url());
  const small = await page.locator("a, button, input:not([type=hidden])").evaluateAll((all) =>
    all.map((one) => [one.textContent.trim() || one.name, one.getBoundingClientRect().height]).filter(([, height]) => height < 24),
  );
  expect(small).toEqual([]);
});

test("text can be twice as large", async ({ page, newPool }) => {
  const pool = await newPool({ providers: ["Google"] });
  await page.goto(pool.url("/login", { lang: "de" }));
  await page.setViewportSize({ width: 360, height: 740 });
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
});
