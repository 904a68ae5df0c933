// A foreign page that puts a hosted page into a frame, to have it clicked or to read it.
import { back, submit } from "../support/at-the-pages.mjs";
import { Site } from "../support/site.mjs";
import { expect, test } from "../support/test.mjs";
import { PASSWORD } from "../support/user-pool.mjs";

const WAYS = {
  iframe: (url) => `<iframe title="a" src="${url}"></iframe>`,
  "sandboxed iframe": (url) => `<iframe title="a" sandbox="allow-forms allow-scripts" src="${url}"></iframe>`,
  object: (url) => `<object data="${url}"></object>`,
  embed: (url) => `<embed src="${url}">`,
};

const PATHS = ["/login", "/signup", "/confirm", "/forgotPassword", "/confirmForgotPassword", "/passkeys/add", "/error", "/oauth2/authorize"];

for (const host of ["127.0.0.1", "localhost"]) {
  test(`no page is shown in a frame of a page at ${host}`, async ({ page, newPool, app, alsoKnown, found }) => {
    const pool = await newPool();
    await pool.addUser("ann");
    await page.goto(pool.url());
    await submit(page, { username: "ann", password: PASSWORD });
    await back(page, app);
    const attacker = await Site.open();
    alsoKnown.push(attacker.at("", host), "chrome-error:");
    attacker.put("/harmless", "<form></form>");
    for (const [way, html] of Object.entries(WAYS)) {
      // Asked for the password again, as otherwise the app's own page is what comes.
      const urls = PATHS.map((path) => pool.url(path, { prompt: "login" }));
      const frames = ["/harmless", ...urls].map((url) => html(url.replaceAll("&", "&amp;")));
      attacker.put("/frames", frames.join("\n"));
      await page.goto(attacker.at("/frames", host));
      const shown = [];
      for (const frame of page.frames().slice(1)) {
        // A frame that was refused may be gone altogether.
        const forms = await frame.locator("form").count().catch(() => 0);
        if (forms > 0) shown.push(frame.url());
      }
      expect(shown, way).toEqual([attacker.at("/harmless", host)]);
    }
    await attacker.close();
    // What the browser reports is that the pages' own policy stopped it.
    for (const text of found.splice(0)) expect(text).toContain("frame-ancestors");
  });
}
