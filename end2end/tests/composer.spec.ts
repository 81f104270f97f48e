import { expect, type Page } from "@playwright/test";
import { answers, body, ended, hydrated, newEmail, PASSWORD, questions, send, signUp, sql, test } from "./support";

test.beforeEach(async ({ page }) => {
  await signUp(page);
  await hydrated(page);
});

test("the composer grows with the text, up to a bound, and shrinks again", async ({ page }) => {
  const height = () => body(page).evaluate((field) => field.getBoundingClientRect().height);
  const one = await height();
  await body(page).fill("a\nb\nc\nd");
  await expect.poll(height).toBeGreaterThan(one + 40);
  await body(page).fill("line\n".repeat(200));
  const most = page.viewportSize()!.height * 0.4;
  await expect.poll(height).toBeGreaterThan(most * 0.8);
  expect(await height()).toBeLessThanOrEqual(most + 1);
  // The rest scrolls inside of it.
  expect(await body(page).evaluate((field) => field.scrollHeight > field.clientHeight)).toBe(true);
  await body(page).fill("");
  await expect.poll(height).toBe(one);
});

test("a word that is being composed is not sent by the Enter that ends it", async ({ page, isMobile }) => {
  test.skip(isMobile, "Enter sends with a keyboard only");
  const cdp = await page.context().newCDPSession(page);
  await body(page).focus();
  await cdp.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
  // What browsers report of a key that belongs to the input method: 229, and composing.
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 });
  await body(page).evaluate((field) => field.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }),
  ));
  await cdp.send("Input.insertText", { text: "日本" });
  await expect(body(page)).toHaveValue("日本");
  await expect(questions(page)).toHaveCount(0);
  await body(page).press("Enter");
  await expect(questions(page).locator(".text")).toHaveText("日本");
});

test("each conversation keeps its own draft, and so does a new one", async ({ page }) => {
  await send(page, "first [[tokens: 5]]");
  await ended(page);
  const first = page.url();
  await body(page).fill("a draft in the first");
  await page.goto("/chat");
  await hydrated(page);
  await expect(body(page)).toHaveValue("");
  await body(page).fill("a draft of a new one");
  await page.goto(first);
  await hydrated(page);
  await expect(body(page)).toHaveValue("a draft in the first");
  await page.goto("/chat");
  await hydrated(page);
  await expect(body(page)).toHaveValue("a draft of a new one");
  await page.getByRole("button", { name: "Send" }).click();
  await ended(page);
  await page.goto("/chat");
  await hydrated(page);
  await expect(body(page)).toHaveValue("");
});

test("a draft survives the crash of its tab, and closing it", async ({ page, context, browserName }) => {
  test.skip(browserName !== "chromium", "crashes by a Chromium address");
  await body(page).fill("nearly lost");
  const crashed = page.waitForEvent("crash");
  await page.goto("chrome://crash").catch(() => undefined);
  await crashed;
  const next = await context.newPage();
  await next.goto("/chat");
  await hydrated(next);
  await expect(body(next)).toHaveValue("nearly lost");
});

test("a message that was sent as the tab crashed is not made twice", async ({ page, context }) => {
  // As a crash leaves it: sent, stored, and nothing heard of that.
  const sent = page.waitForRequest("**/api/fn/chat/send");
  await page.route("**/api/fn/chat/send", async (route) => { await route.fetch(); await page.close(); });
  await body(page).fill("said in a storm [[tokens: 5]]");
  await page.getByRole("button", { name: "Send" }).click();
  await sent;
  await expect.poll(() => page.isClosed()).toBe(true);
  const next = await context.newPage();
  await next.goto("/chat");
  await hydrated(next);
  await expect(body(next)).toHaveValue("said in a storm [[tokens: 5]]");
  await next.getByRole("button", { name: "Send" }).click();
  await ended(next);
  await expect(questions(next)).toHaveCount(1);
  await next.goto("/chat");
  await hydrated(next);
  await drawer(next);
  await expect(next.getByRole("navigation", { name: "Conversations" }).locator("li")).toHaveCount(1);
});

test("nobody sees the draft of who was here before", async ({ page }) => {
  await body(page).fill("my secret draft");
  await page.context().clearCookies();
  await signUp(page);
  await hydrated(page);
  await expect(body(page)).toHaveValue("");
});

test("signing out forgets the drafts", async ({ page }) => {
  for (const place of ["/chat", "/settings"]) {
    await page.goto("/chat");
    await hydrated(page);
    await body(page).fill("gone with me");
    await page.goto(place);
    await hydrated(page);
    await drawer(page);
    if (place === "/chat") await page.locator(".account-button").click();
    await page.getByRole("button", { name: "Sign out" }).last().click();
    await page.waitForURL((url) => url.pathname === "/");
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("draft")))).toEqual([]);
    await signUpAgain(page);
  }
});

test("what is typed while a message is on its way is kept", async ({ page }) => {
  let pass = () => {};
  const held = new Promise<void>((done) => { pass = done; });
  await page.route("**/api/fn/chat/send", async (route) => { await held; await route.continue(); });
  await send(page, "first [[tokens: 5]]");
  await expect(body(page)).toHaveValue("");
  await body(page).fill("typed meanwhile");
  pass();
  await ended(page);
  await expect(body(page)).toHaveValue("typed meanwhile");
  await page.reload();
  await hydrated(page);
  await expect(body(page)).toHaveValue("typed meanwhile");
});

test("Stop stands in the place of Send, and the keyboard is in the composer afterwards", async ({ page, isMobile }) => {
  await send(page, "count [[tokens: 600]] [[speed: 20]]");
  const stop = page.getByRole("button", { name: "Stop" });
  await expect(stop).toBeVisible();
  await expect(page.getByRole("button", { name: "Send" })).toHaveCount(0);
  await body(page).fill("what comes next");
  await stop.focus();
  await page.keyboard.press("Enter");
  await ended(page, "stopped");
  await expect(page.getByRole("button", { name: "Send" })).toBeVisible();
  if (!isMobile) await expect(body(page)).toBeFocused();
  await expect(body(page)).toHaveValue("what comes next");
});

test("the model is chosen by the keyboard, and answers", async ({ page, isMobile }) => {
  test.skip(isMobile, "a phone has no such keyboard");
  const name = `Zeta ${newEmail()}`;
  sql(`insert into models (id, name, provider_id, context_window, enabled, is_default, created_at)
       values (gen_random_uuid(), '${name}', '${name}', 8000, true, false, now())`);
  await page.reload();
  await hydrated(page);
  const picker = page.getByRole("combobox", { name: "Model" });
  await body(page).fill("hello [[tokens: 5]]");
  await page.keyboard.press("Tab");
  await expect(picker).toBeFocused();
  await page.keyboard.type("Zeta");
  await expect(picker.locator("option:checked")).toHaveText(name);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("article", { name })).toBeVisible();
  sql(`update models set enabled = false where name = '${name}'`);
});

test("the count shows near the limit, and says how much is too much", async ({ page }) => {
  const size = page.locator("#composer-size");
  await body(page).fill("x".repeat(44_000));
  await expect(size).toBeHidden();
  await body(page).fill("x".repeat(46_000));
  await expect(size).toHaveText("46,000 of 50,000 characters");
  await body(page).fill("x".repeat(50_321));
  await expect(size).toHaveText(/^321 characters too many/);
  await expect(page.locator(".conversation > p[aria-live=polite]")).toHaveText(/too many/);
  await expect(body(page)).toHaveAccessibleDescription(/321 characters too many/);
});

test("near the end of a model's window the tokens are estimated", async ({ page }) => {
  const name = `Small ${newEmail()}`;
  sql(`insert into models (id, name, provider_id, context_window, enabled, is_default, created_at)
       values (gen_random_uuid(), '${name}', '${name}', 1000, true, false, now())`);
  await page.reload();
  await hydrated(page);
  await page.getByRole("combobox", { name: "Model" }).selectOption(name);
  const size = page.locator("#composer-size");
  await body(page).fill("word ".repeat(100));
  await expect(size).toBeHidden();
  await body(page).fill("word ".repeat(400));
  await expect(size).toHaveText("about 671 of 750 tokens");
  await body(page).fill("word ".repeat(500));
  await expect(size).toHaveText("about 838 of 750 tokens");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("alert")).toHaveText(/longer than this model can read/);
  await expect(body(page)).toHaveValue("word ".repeat(500));
  sql(`delete from models where name = '${name}'`);
});

test("a very long paste neither freezes the page nor is cut", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const long = "All work and no play makes Jack a dull boy.\n".repeat(5_000);
  await page.evaluate((text) => navigator.clipboard.writeText(text), long);
  await body(page).evaluate((field) => {
    field.focus();
    field.addEventListener("beforeinput", () => {
      const from = performance.now();
      // After the frame that shows it.
      requestAnimationFrame(() => setTimeout(() => { field.dataset.took = String(performance.now() - from); }));
    }, { once: true });
  });
  await page.keyboard.press("ControlOrMeta+V");
  await expect(body(page)).toHaveAttribute("data-took", /\d/);
  // Far above what it takes; a cost that grew with the square of the text would be far above this.
  expect(Number(await body(page).getAttribute("data-took")), "milliseconds for 220,000 characters").toBeLessThan(5_000);
  await expect(page.locator("#composer-size")).toHaveText(/characters too many/);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("alert")).toHaveText(/at most 50,000/);
  await expect(body(page)).toHaveValue(long);
  await expect(answers(page)).toHaveCount(0);
});

async function drawer(page: Page) {
  const open = page.getByRole("button", { name: "Open conversations" });
  if (await open.isVisible()) await open.click();
}

async function signUpAgain(page: Page) {
  await page.goto("/signup");
  await page.getByLabel("Email").fill(newEmail());
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/chat");
}
