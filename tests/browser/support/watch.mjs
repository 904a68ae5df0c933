// What no page may do while a test visits it, whatever the test is about.

/** The name that hostile scripts set, if they run. */
export const CANARY = "__pwned";

/**
 * Watches every page of a browser context. `found` lists, as texts, scripts that ran (dialogs, the canary), what a page's
 * policy stopped, errors of its scripts, and requests to places that `known` says no to.
 */
export async function watch(context, known) {
  const found = [];
  await context.exposeBinding("__violated", (_, text) => found.push(`policy: ${text}`));
  await context.addInitScript((canary) => {
    addEventListener("securitypolicyviolation", (event) => {
      globalThis.__violated(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
    });
    Object.defineProperty(globalThis, canary, { set: () => globalThis.__violated(`${canary} was set`) });
  }, CANARY);
  context.on("weberror", (error) => found.push(`script: ${error.error()}`));
  context.on("dialog", async (dialog) => {
    found.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  context.on("request", (request) => {
    const url = request.url();
    if (!known(url)) found.push(`request: ${url}`);
  });
  return found;
}
