// The six languages of the pages.
import { alert, submit } from "../support/at-the-pages.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD } from "../support/user-pool.mjs";

const LANGUAGES = {
  en: ["Sign in", "Incorrect username or password."],
  de: ["Anmelden", "Benutzername oder Passwort ist falsch."],
  es: ["Iniciar sesión", "Nombre de usuario o contraseña incorrectos."],
  fr: ["Se connecter", "Nom d’utilisateur ou mot de passe incorrect."],
  ja: ["サインイン", "ユーザー名またはパスワードが正しくありません。"],
  ar: ["تسجيل الدخول", "اسم المستخدم أو كلمة المرور غير صحيحة."],
};

/** Everything that somebody reads on a page. */
function texts(page) {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const all = [];
    while (walker.nextNode()) all.push(walker.currentNode.data.trim());
    return all.filter(Boolean);
  });
}

for (const [language, [title, refusal]] of Object.entries(LANGUAGES)) {
  test(`the pages speak ${language}, and go on doing so`, async ({ page, newPool, look }) => {
    const pool = await newPool();
    await pool.addUser("ann");
    await page.goto(pool.url(undefined, { lang: language }));
    await expect(page).toHaveTitle(title);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
    await expect(page.locator("html")).toHaveAttribute("dir", language === "ar" ? "rtl" : "ltr");
    await submit(page, { username: "ann", password: "Wrong-Horse-9" });
    await expect(alert(page)).toHaveText(refusal);
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await look(page, "wrong-password-in");
    // The browser keeps it, for requests that name none.
    await page.goto(pool.url("/forgotPassword"));
    await expect(page.locator("html")).toHaveAttribute("lang", language);
  });

  if (language === "en") continue; // what the others are compared with
  test(`nothing is left in English in ${language}`, async ({ page, newPool }) => {
    const pool = await newPool();
    for (const path of ["/login", "/signup", "/confirm", "/forgotPassword", "/confirmForgotPassword", "/error"]) {
      await page.goto(pool.url(path, { lang: "en" }));
      const english = await texts(page);
      await page.goto(pool.url(path, { lang: language }));
      const same = (await texts(page)).filter((text) => english.includes(text));
      // One word is the same in three of them, and OAuth's names of errors are in all.
      expect(same.filter((text) => text !== "Code" && text !== "invalid_request"), path).toEqual([]);
    }
  });
}

for (const [asked, given] of [["de-CH", "de"], ["ja_JP", "ja"], ["zh-CN", "en"], ["", "en"]]) {
  test(`asked for ${JSON.stringify(asked)} they speak ${given}`, async ({ page, newPool }) => {
    const pool = await newPool();
    await page.goto(pool.url(undefined, { lang: asked }));
    await expect(page.locator("html")).toHaveAttribute("lang", given);
  });
}

test("a phone number is read from left to right on a page that is not", async ({ page, newPool }) => {
  const recovery = { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] } };
  const sms = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sns" } };
  const pool = await newPool({ pool: recovery, mfa: { MfaConfiguration: "OPTIONAL", SmsMfaConfiguration: sms } });
  await pool.addUser("ann");
  await pool.prefer("ann", "SMS");
  await page.goto(pool.url(undefined, { lang: "ar" }));
  await submit(page, { username: "ann", password: PASSWORD });
  const [plus, last] = await page.locator("main").evaluate((main) => {
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() && !walker.currentNode.data.includes("+"));
    const node = walker.currentNode;
    const left = (at) => {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect().left;
    };
    return [left(node.data.indexOf("+")), left(node.data.trimEnd().length - 1)];
  });
  expect(plus).toBeLessThan(last);
});
