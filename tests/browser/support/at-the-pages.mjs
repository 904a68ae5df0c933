// What a person does at the hosted pages. Fields are found by their names and buttons by their kind, as the pages speak six
// languages; what they say is tested where it matters.

/** The button that goes on: the one that is not there for something else. */
export function goOn(page) {
  return page.locator("form:has(input:not([type=hidden])) button:not(.plain)");
}

/** Fills in the fields by their names and goes on. */
export async function submit(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    await page.locator(`input[name="${name}"]:not([type=hidden])`).fill(value);
  }
  await goOn(page).click();
}

/** The button with that value. */
export function choice(page, value) {
  return page.locator(`button[value="${value}"]`);
}

/** What the page says is wrong. */
export function alert(page) {
  return page.locator("#alert");
}

/** Waits until the browser is back at the app, and gives what it was told. */
export async function back(page, app) {
  await page.waitForURL((url) => url.href.startsWith(app.callback));
  return Object.fromEntries(new URL(page.url()).searchParams);
}
