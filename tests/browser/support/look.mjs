// A look at a page: what axe finds, whether it fits a small screen, and pictures of it.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";

const DESKTOP = { width: 1024, height: 768 };
const PHONE = { width: 360, height: 740 };

/** Where pictures go; unset, none are taken. */
const SCREENSHOTS = process.env.PORTCULLIS_SCREENSHOTS;

/**
 * Checks the page as it is now, in light and dark and on a narrow screen, and takes its pictures under `name`. Nothing that
 * axe finds is let through, best practices included.
 */
export async function look(page, name) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    // Colours are all that is different in the dark.
    const axe = new AxeBuilder({ page });
    const { violations } = await (scheme === "light" ? axe : axe.withRules("color-contrast")).analyze();
    const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.html).join(" | ")}`);
    expect.soft(told, `axe: ${name}, ${scheme}`).toEqual([]);
    await picture(page, name, scheme);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(PHONE);
  const { scrolled, shown } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrolled: scrollWidth, shown: clientWidth };
  });
  expect.soft(scrolled, `${name} is wider than ${PHONE.width} px`).toBeLessThanOrEqual(shown);
  await picture(page, name, "narrow");
  await page.setViewportSize(DESKTOP);
}

async function picture(page, name, kind) {
  if (!SCREENSHOTS) return;
  const language = await page.locator("html").getAttribute("lang");
  const folder = join(SCREENSHOTS, kind);
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}-${language}.png`), fullPage: true });
}
