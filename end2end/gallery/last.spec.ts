import { execFileSync } from "node:child_process";
import { type Browser, expect, type Page } from "@playwright/test";
import { sql } from "../tests/support";
import { pictured, test } from "./support";

// What breaks the site for everybody: in every size and theme at once.
test.describe.configure({ mode: "serial" });

async function everywhere(browser: Browser, state: object, see: (page: Page, project: string) => Promise<void>) {
  for (const isMobile of [true, false]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const viewport = isMobile ? { width: 390, height: 844 } : { width: 1440, height: 900 };
      const context = await browser.newContext({ baseURL: process.env.BASE_URL, storageState: state, viewport, colorScheme, isMobile, hasTouch: isMobile, deviceScaleFactor: isMobile ? 2 : 1 });
      const page = await context.newPage();
      await see(page, `${isMobile ? "phone" : "desktop"}-${colorScheme}`);
      await context.close();
    }
  }
}

test("a failure of ours, then the database away", async ({ browser, seeded }) => {
  sql("alter table models rename to models_elsewhere");
  await everywhere(browser, seeded.state, async (page, project) => {
    await page.goto("/chat");
    await pictured(page, `failure-${project}`);
  });
  sql("alter table models_elsewhere rename to models");

  close();
  await everywhere(browser, seeded.state, async (page, project) => {
    await expect(async () => expect((await page.goto("/chat"))!.status()).toBe(503)).toPass();
    await pictured(page, `database-away-${project}`);
  });
});

/** Nobody gets into the database from now on. It is dropped at the end of the run. */
function close(): void {
  const url = new URL(process.env.TEST_DATABASE_URL!);
  const name = url.pathname.slice(1);
  url.pathname = "/postgres";
  for (const query of [
    `alter database ${name} with allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  ]) {
    execFileSync("psql", [url.href, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", query]);
  }
}
