import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "puppeteer-core";
import { temporaryDirectory } from "../../../../train/support/training.ts";

/** Where Chromium usually is; `CHROMIUM` names another. */
export const chromium = [process.env["CHROMIUM"] ?? "", "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== "" && existsSync(path),
);

/** Milliseconds that a browser on a busy machine may take. */
export const patience = 200_000;

export async function startBrowser(): Promise<Browser> {
  const { launch } = await import("puppeteer-core");
  return launch({ executablePath: chromium as string, headless: true, args: ["--no-sandbox"], timeout: patience });
}

/** The page from a file, 1280 pixels wide, and all it complains of or asks the network for. */
export async function openPage(browser: Browser, html: string): Promise<{ page: Page; complaints: string[] }> {
  const path = join(temporaryDirectory(), "graph.html");
  writeFileSync(path, html);
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(path).href) complaints.push(`asked for ${request.url()}`);
  });
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(pathToFileURL(path).href);
  return { page, complaints };
}

/** Runs a script in the page; its result is plain data. */
export function inPage<Result>(page: Page, script: string): Promise<Result> {
  return page.evaluate(script) as Promise<Result>;
}
