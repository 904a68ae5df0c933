#!/usr/bin/env node
// A person with a browser, for programs in any language: opens the page that an app would show, signs in, and tells where
// that led back to. See README.md.
//
//   node person.mjs           one sign-in, told as JSON on standard input; the answer goes to standard output
//   node person.mjs --serve   the same over HTTP on this machine; the first line says where
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import { chromium } from "playwright-core";

import { submit } from "./support/at-the-pages.mjs";
import { launchOptions } from "./support/chromium.mjs";

const PATIENCE_MS = 60_000;

/**
 * Signs in as a person would, in a browser without a past. `redirect` is what the address begins with that the pages lead
 * back to. One of the web is followed to its end; one with an app's own scheme is what the browser would hand to the app.
 */
async function signIn(browser, { url, username, password, redirect }) {
  const context = await browser.newContext();
  const complaints = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await page.goto(url);
    const isBack = (address) => address.startsWith(redirect);
    const arrived = /^https?:/.test(redirect)
      ? page.waitForURL((address) => isBack(address.href)).then(() => page.url())
      : page.waitForRequest((request) => isBack(request.url())).then((request) => request.url());
    const [callback] = await Promise.all([arrived, submit(page, { username, password })]);
    return callback;
  } catch (error) {
    // Above all what a page's policy stopped, which is otherwise only a browser that stays where it is.
    throw new Error([error.message, ...complaints].join("\n"));
  } finally {
    await context.close();
  }
}

/** What somebody asks for, checked. */
function read(asked) {
  const person = JSON.parse(asked);
  for (const name of ["url", "username", "password", "redirect"]) {
    if (typeof person[name] !== "string") throw new Error(`${name} is missing`);
  }
  return person;
}

async function serve(browser) {
  const server = createServer(async (request, response) => {
    const [status, told] = await answer(browser, request).then(
      (callback) => [200, { callback }],
      (error) => [400, { error: "not_signed_in", message: error.message }],
    );
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(told));
  });
  server.listen(0, "127.0.0.1", () => console.log(`person waiting at http://127.0.0.1:${server.address().port}/`));
  // Whoever started it holds its standard input, and lets go of it by ending.
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once("end", resolve));
  server.closeAllConnections();
  server.close();
}

async function answer(browser, request) {
  // A page cannot have it sign in: what a browser sends from one names its origin.
  if (request.method !== "POST" || request.headers.origin) throw new Error("POST what a person does, as JSON");
  return signIn(browser, read(await text(request)));
}

const browser = await chromium.launch(launchOptions());
try {
  if (process.argv[2] === "--serve") {
    await serve(browser);
  } else {
    console.log(await signIn(browser, read(await text(process.stdin))));
  }
} finally {
  await browser.close();
}
