// Look at every page: BASE_URL, USER, PASSWORD as for browser.mjs, pictures into $SHOTS. Prints what overflows.
import { mkdirSync } from "node:fs";
import { launch } from "./chromium.mjs";

const { BASE_URL, USER = "admin", PASSWORD, SHOTS = "build/shots", PAGES, THEMES = "light dark", SIZE = "1440x900" } = process.env;
const [width, height] = SIZE.split("x").map(Number);
mkdirSync(SHOTS, { recursive: true });

const browser = await launch();
const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width, height } });
const page = await context.newPage();
page.on("console", (message) => message.type() === "error" && console.log("console:", message.text()));
page.on("pageerror", (error) => console.log("error:", error.message));

async function shoot(name, theme, full = true) {
  await page.waitForTimeout(250);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) console.log(`${name}: ${wide} px too wide`);
  await page.screenshot({ path: `${SHOTS}/${name}-${theme}.png`, fullPage: full });
}

await page.goto(BASE_URL);
await page.waitForSelector("form");
for (const theme of THEMES.split(" ")) {
  await page.emulateMedia({ colorScheme: theme });
  await shoot("login", theme, false);
}
await page.fill("input[name=user]", USER);
await page.fill("input[name=password]", PASSWORD);
await page.click("button[type=submit]");
await page.waitForSelector(".sidebar");

const pages = (PAGES ?? "/ /incidents /incidents/3 /incidents/2 /incidents/1 /accesses /accesses?view=encrypted /files /whitelist /sensors /reports /account /events/4 /nowhere").split(" ");
for (const theme of THEMES.split(" ")) {
  await page.emulateMedia({ colorScheme: theme });
  for (const path of pages) {
    await page.goto(BASE_URL + path);
    await page.waitForSelector("main h1, main h2, main [role=alert]");
    await shoot(path.replace(/\W+/g, "_").replace(/^_$/, "_overview"), theme);
  }
  if (process.env.PAGES) continue;
  const whitelist = page.locator("button", { hasText: "Whitelist this source" });
  await page.goto(`${BASE_URL}/incidents/3`);
  if (await whitelist.waitFor({ timeout: 2000 }).then(() => true, () => false)) {
    await whitelist.click();
    await page.waitForTimeout(600);
    await shoot("dialog_whitelist", theme, false);
    await page.keyboard.press("Escape");
    await page.locator("button", { hasText: "Close…" }).click();
    await shoot("dialog_close", theme, false);
  }
}
await browser.close();
