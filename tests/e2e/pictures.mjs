// pictures.mjs : the pictures of the documents, taken of a running collector. BASE_URL, USER, PASSWORD as for browser.mjs; into $PICTURES.
// Each is as small as it can say what it shows: a part of a page.
import { mkdirSync } from "node:fs";
import { launch } from "./chromium.mjs";

const { BASE_URL, USER = "admin", PASSWORD, PICTURES = "docs/images" } = process.env;
if (!BASE_URL || !PASSWORD) {
  console.error("pictures.mjs: BASE_URL and PASSWORD are needed");
  process.exit(2);
}
mkdirSync(PICTURES, { recursive: true });

const browser = await launch();
const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1200, height: 800 }, colorScheme: "light", timezoneId: "UTC" });
const page = await context.newPage();

async function go(path, wanted) {
  await page.goto(BASE_URL + path);
  await page.locator(wanted).first().waitFor();
}

async function take(name, part, height) {
  await page.locator("main .loading, main [aria-busy=true]").first().waitFor({ state: "detached" });
  const box = await page.locator(part).first().boundingBox();
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true, clip: { ...box, height: Math.min(box.height, height) } });
  console.log(`${PICTURES}/${name}.png`);
}

await page.goto(BASE_URL);
await page.fill("input[name=user]", USER);
await page.fill("input[name=password]", PASSWORD);
await page.click("button[type=submit]");
await page.locator(".sidebar").waitFor();

await go("/", ".equation");
await take("overview", ".frame", 620);

// The way of an intruder from one server to the next: one of its logons is gone from the log.
await go("/incidents?verdict=unlogged", "a.row-title");
await page.locator("a.row-title").first().click();
await page.locator(".timeline-drawing .mark").first().waitFor();
await take("incident", "main", 1300);

await go("/accesses?q=10.77.0.13", "tr[data-verdict=unlogged]");
await page.locator("tr[data-verdict=unlogged] td.toggle button").click();
await page.locator(".history li").nth(1).waitFor();
await take("ledger", "main", 660);

await go("/incidents?q=smbexec", "a.row-title");
await page.locator("a.row-title").first().click();
await page.locator("button", { hasText: "Whitelist this source" }).click();
await page.locator("[data-preview-accesses]").waitFor();
await take("whitelist-form", "dialog", 900);

await go("/whitelist?view=suggestions", "[data-suggestion]");
await take("suggestions", "main", 350);

await go("/whitelist", "tr[data-entry]");
await take("whitelist", "main", 460);

await go("/logs", "tr[data-log-source]");
await page.locator("tr[data-log-source^=mem1-psexec] td.toggle button").click();
await page.locator(".clock-history li").first().waitFor();
await take("logs", "main", 690);

await go("/usual?of=admin_accesses", ".heat");
await take("usual", "main", 560);

await browser.close();
