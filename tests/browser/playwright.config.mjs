import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { defineConfig } from "@playwright/test";

import { launchOptions } from "./support/chromium.mjs";

const output = process.env.PORTCULLIS_BROWSER_OUTPUT ?? join(dirname(fileURLToPath(import.meta.url)), "../../target/browser");

export default defineConfig({
  testDir: ".",
  outputDir: join(output, "failures"),
  reporter: [["list"], ["junit", { outputFile: join(output, "report.xml") }]],
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: {
    launchOptions: launchOptions(),
    headless: true,
    viewport: { width: 1024, height: 768 },
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "English" },
    // The same visits from right to left.
    { name: "Arabic", testDir: "pages", use: { language: "ar" } },
  ],
});
