// The test function of every spec here, with what a test is given.
import { test as base, expect } from "@playwright/test";

import { LocalPool } from "./local-pool.mjs";
import { look } from "./look.mjs";
import { Site } from "./site.mjs";
import { UserPool } from "./user-pool.mjs";
import { watch } from "./watch.mjs";

export { expect };

export const test = base.extend({
  /** The language that pages are visited in. */
  language: ["en", { option: true }],

  /** A running local-pool. */
  server: [
    async ({}, use) => {
      const server = await LocalPool.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  /** The app's own web site, where people come back to. */
  app: [
    async ({}, use) => {
      const site = await Site.open();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],

  /** Makes a user pool: `newPool(options)`, as `UserPool.make` takes them. */
  newPool: async ({ server, app }, use) => {
    await use((options) => UserPool.make(server, app, options));
  },

  /** Places of this test that pages may ask besides the server and the app. */
  alsoKnown: async ({}, use) => {
    await use([]);
  },

  /** What pages did that they may not do; a test that expects some takes it out. What is left fails the test. */
  found: [
    async ({ context, server, app, alsoKnown }, use) => {
      const known = [server.pages, server.endpoint, app.at(""), "data:", "about:"];
      const found = await watch(context, (url) => [...known, ...alsoKnown].some((start) => url.startsWith(start)));
      await use(found);
      expect(found, "what pages may not do").toEqual([]);
    },
    { auto: true },
  ],

  /** Looks at a page in every way: `look(page, name)`. */
  look: async ({}, use) => {
    await use(look);
  },
});
