import { expect } from "@playwright/test";
import { action, answers, body, hydrated, questions, signUp } from "../tests/support";
import { shot, test } from "./support";

const scroller = ".scroller";

test("nothing said yet", async ({ page }) => {
  await page.goto("/chat");
  await hydrated(page);
  await shot(page, "chat-empty");
  await body(page).fill("My sourdough is always dense.\n\nI use 500 g of flour, 350 g of water and 100 g of starter, and let it rise for five hours at 20 °C.\nWhat should I change first?");
  await shot(page, "chat-written");
});

test.describe("in an account without conversations", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("the first visit", async ({ page, isMobile }) => {
    await signUp(page);
    await hydrated(page);
    await shot(page, "chat-first");
    if (isMobile) {
      await page.getByRole("button", { name: "Open conversations" }).click();
      await shot(page, "drawer-first");
    }
  });
});

for (const name of ["sourdough", "code", "wide", "maths", "arabic"]) {
  test(`a conversation: ${name}`, async ({ page, open }) => {
    await open(name);
    await page.locator(scroller).evaluate((element) => element.scrollTo(0, 0));
    await shot(page, `chat-${name}`);
    await page.locator(scroller).evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await shot(page, `chat-${name}-end`);
  });
}

test("the drawer, menus and a new title", async ({ page, open, isMobile }) => {
  await open("sourdough");
  if (isMobile) {
    await page.getByRole("button", { name: "Open conversations" }).click();
    await shot(page, "drawer");
  }
  await page.getByRole("button", { name: "More for Dense sourdough" }).click();
  await shot(page, "conversation-menu");
  await page.locator(".panel:popover-open").getByRole("button", { name: "Rename" }).click();
  const title = page.locator(".panel:popover-open").getByRole("textbox", { name: "Title" });
  await expect(title).toBeFocused();
  await shot(page, "conversation-rename");
  await title.fill("  ");
  await page.locator(".panel:popover-open .rename").getByRole("button", { name: "Rename" }).click();
  await page.locator(".panel:popover-open .field-error").waitFor();
  await shot(page, "conversation-rename-refused");
  await page.keyboard.press("Escape");
});

test("the account's menu", async ({ page, isMobile }) => {
  await page.goto("/chat");
  await hydrated(page);
  if (isMobile) await page.getByRole("button", { name: "Open conversations" }).click();
  await page.locator(".account-button").click();
  await shot(page, "account-menu");
});

test("a message pointed at, edited and linked to", async ({ page, open }) => {
  await open("sourdough");
  await answers(page).first().hover();
  await shot(page, "message-actions");
  await action(questions(page).last(), "Edit").click();
  await shot(page, "message-edited");
  const id = (await answers(page).last().getAttribute("id"))!.slice(2);
  await page.goto(`${new URL(page.url()).pathname}?message=${id}#m-${id}`);
  await hydrated(page);
  await shot(page, "message-marked");
});

test("without JavaScript", async ({ browser, seeded, colorScheme, isMobile, baseURL }) => {
  const viewport = isMobile ? { width: 390, height: 844 } : { width: 1440, height: 900 };
  const context = await browser.newContext({ baseURL, storageState: seeded.state, javaScriptEnabled: false, viewport, colorScheme, isMobile, hasTouch: isMobile });
  const page = await context.newPage();
  await page.goto(`/chat/${seeded.ids.sourdough}`);
  await shot(page, "chat-without-javascript");
  await page.goto(`/chat/${seeded.ids.sourdough}?menu=${seeded.ids.sourdough}`);
  await shot(page, "chat-managed");
  await page.goto(`/chat?deleted=${seeded.ids.sourdough}`);
  await shot(page, "chat-deleted");
  await context.close();
});
