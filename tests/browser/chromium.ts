import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, type Page } from "puppeteer-core";
import { pathOf } from "../tools.ts";

/** Without a sandbox, as tests run in containers and as root; without the traffic of a browser that is in use. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Opens a page in a Chromium of its own. What the page writes to its console as an error is an error of the test.
 *
 * @param test Works with the page; the browser ends afterwards.
 */
export async function withPage<T>(url: string, test: (page: Page) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const browser = await launch({
    executablePath: pathOf("chromium")!,
    headless: true,
    userDataDir: profile,
    args: FLAGS,
  });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.location().url?.endsWith("/favicon.ico")) {
        errors.push(message.text());
      }
    });
    await page.goto(url);
    const result = await test(page);
    if (errors.length > 0) throw new Error(errors.join("\n"));
    return result;
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
