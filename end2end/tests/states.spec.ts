import { expect, type Page } from "@playwright/test";
import { closeAll, front, site } from "./sites";
import { answers, body, ended, hydrated, PASSWORD, questions, send, signUp, test } from "./support";

test.afterEach(closeAll);

/** The sentence above the composer. */
function banner(page: Page) {
  return page.locator(".composer-place .banner");
}

test("without a network the page says so, and sends by itself once it is back", async ({ page, context }) => {
  await signUp(page);
  await hydrated(page);
  await context.setOffline(true);
  await expect(banner(page)).toHaveText(/you are offline/i);
  await expect(banner(page)).toHaveAttribute("data-tone", "warning");
  await send(page, "into the void");
  await expect(body(page)).toHaveValue("into the void");
  await expect(banner(page)).toHaveText(/is sent as soon as you are back/i);
  await context.setOffline(false);
  await ended(page);
  await expect(banner(page)).toHaveText("");
  await expect(questions(page).locator(".text")).toHaveText(["into the void"]);
  await expect(answers(page)).toHaveCount(1);
  await expect(body(page)).toHaveValue("");
});

test("what is changed while the network is away waits for its writer", async ({ page, context }) => {
  await signUp(page);
  await hydrated(page);
  await context.setOffline(true);
  await send(page, "first thought");
  await expect(banner(page)).toHaveText(/is sent as soon as/i);
  await body(page).pressSequentially(", second thought");
  await expect(banner(page)).toHaveText(/what you write is kept/i);
  await context.setOffline(false);
  await expect(banner(page)).toHaveText("");
  await expect(body(page)).toHaveValue("first thought, second thought");
  await expect(questions(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Send" }).click();
  await ended(page);
  await expect(questions(page).locator(".text")).toHaveText(["first thought, second thought"]);
});

test("a message whose answer is lost on the way is sent again, and made once", async ({ page }) => {
  const proxy = await front();
  await page.goto(`${proxy.url}/signup`);
  await signUpHere(page);
  proxy.lose(2);
  await send(page, "said once [[tokens: 5]]");
  await ended(page);
  await page.reload();
  await hydrated(page);
  await expect(questions(page)).toHaveCount(1);
  await expect(body(page)).toHaveValue("");
});

test("a way that loses every answer is not tried for ever", async ({ page }) => {
  const proxy = await front();
  await page.goto(`${proxy.url}/signup`);
  await signUpHere(page);
  proxy.lose(1_000);
  await send(page, "and again [[tokens: 5]]");
  await expect(page.getByRole("alert")).toHaveText(/could not be reached/i);
  await expect(body(page)).toHaveValue("and again [[tokens: 5]]");
  // What is then said instead is another message, not a refused copy of the first.
  proxy.lose(0);
  await body(page).fill("something else [[tokens: 5]]");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(questions(page).locator(".text")).toHaveText(["something else [[tokens: 5]]"]);
  await ended(page);
});

test("an expired session asks to sign in again, and the draft is there afterwards", async ({ page, context }) => {
  const email = await signUp(page);
  await hydrated(page);
  await send(page, "hello [[tokens: 5]]");
  await ended(page);
  const here = page.url();
  await context.clearCookies();
  await send(page, "written with care");
  await expect(banner(page)).toHaveText(/signed out/i);
  await expect(body(page)).toHaveValue("written with care");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await page.waitForURL(/\/login\?next=/);
  await hydrated(page);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(here);
  await hydrated(page);
  await expect(body(page)).toHaveValue("written with care");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(questions(page)).toHaveCount(2);
});

test("too many messages: how long to wait is said, and the message is sent then", async ({ page, isMobile }) => {
  const proxy = await front();
  await page.goto(`${proxy.url}/signup`);
  await signUpHere(page);
  proxy.refuse(1, 4);
  await send(page, "one more [[tokens: 5]]");
  await expect(banner(page)).toHaveText(/too many messages.*again in\s*[1-4] s/i);
  await expect(body(page)).toHaveValue("one more [[tokens: 5]]");
  // Whoever cannot wait asks for nothing the site would refuse.
  // On a phone, Enter begins another line.
  if (!isMobile) await body(page).press("Enter");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(body(page)).toHaveValue("one more [[tokens: 5]]");
  await ended(page);
  await expect(banner(page)).toHaveText("");
  await expect(questions(page)).toHaveCount(1);
});

test("whoever has to wait for long sends for themselves", async ({ page }) => {
  const proxy = await front();
  await page.clock.install();
  await page.goto(`${proxy.url}/signup`);
  await signUpHere(page);
  proxy.refuse(1, 600);
  await send(page, "later, then [[tokens: 5]]");
  await expect(banner(page)).toHaveText(/again in\s*10 minutes/i);
  await page.clock.runFor(601_000);
  await expect(banner(page)).toHaveText(/you can send again now/i);
  await expect(body(page)).toHaveValue("later, then [[tokens: 5]]");
  await page.getByRole("button", { name: "Send" }).click();
  await ended(page);
});

test("a site that restarts is waited for, and the message arrives", async ({ page }) => {
  const own = await site();
  await page.goto(`${own.url}/signup`);
  await signUpHere(page);
  await send(page, "hello [[tokens: 5]]");
  await ended(page);
  await own.kill();
  await send(page, "are you there? [[tokens: 5]]");
  await expect(banner(page)).toHaveText(/reconnecting/i);
  await expect(body(page)).toHaveValue("are you there? [[tokens: 5]]");
  await own.start();
  await expect(questions(page)).toHaveCount(2);
  await ended(page);
  await expect(banner(page)).toHaveText("");
  await expect(body(page)).toHaveValue("");
});

/** Signs up on the page that is open, at whatever address the site has there. */
async function signUpHere(page: Page) {
  await page.getByLabel("Email").fill(`here-${process.pid}-${Date.now()}-${Math.random()}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/chat");
  await hydrated(page);
}
