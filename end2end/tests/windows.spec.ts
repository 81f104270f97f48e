import { expect, type Locator, type Page } from "@playwright/test";
import { answers, body, ended, hydrated, lengthen, questions, send, signUp, test } from "./support";

const LONG = 10_000;

/** A conversation of more than 10,000 messages, opened at its end. */
async function long(page: Page): Promise<string[]> {
  await signUp(page);
  await hydrated(page);
  await send(page, "first [[say: one]]");
  await ended(page);
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/);
  const ids = lengthen(page, LONG);
  await page.reload();
  await hydrated(page);
  return ids;
}

function articles(page: Page): Locator {
  return page.locator(".log article");
}

function message(page: Page, id: string): Locator {
  return page.locator(`#m-${id}`);
}

/** Scrolls by `by` pixels and says what is then read, and where on the screen. */
async function scrollBy(page: Page, by: number): Promise<{ id: string; top: number }> {
  return page.evaluate((by) => {
    const scroller = document.querySelector(".scroller")!;
    scroller.scrollTop += by;
    const edge = scroller.getBoundingClientRect().top;
    const read = [...document.querySelectorAll(".log article")].find((a) => a.getBoundingClientRect().bottom > edge + 40)!;
    return { id: read.id, top: read.getBoundingClientRect().top };
  }, by);
}

async function top(page: Page, id: string): Promise<number> {
  return page.evaluate((id) => document.getElementById(id)!.getBoundingClientRect().top, id);
}

test("a conversation of 10,000 messages opens at its end and scrolls up without a jump", async ({ page }) => {
  const ids = await long(page);
  await expect(message(page, ids[LONG - 1])).toBeInViewport();
  expect(await articles(page).count()).toBeLessThanOrEqual(150);
  for (let window = 0; window < 12; window += 1) {
    const first = await articles(page).first().getAttribute("id");
    const read = await scrollBy(page, -1_000_000);
    await expect(articles(page).first()).not.toHaveAttribute("id", first!);
    expect(Math.abs((await top(page, read.id)) - read.top), `window ${window}`).toBeLessThanOrEqual(1);
  }
  // The page does not grow for ever.
  expect(await articles(page).count()).toBeLessThanOrEqual(300);
  await expect(message(page, ids[LONG - 1])).toHaveCount(0);
  await page.getByRole("button", { name: "Jump to latest" }).click();
  await expect(message(page, ids[LONG - 1])).toBeInViewport();
  await expect(page.getByRole("button", { name: "Jump to latest" })).toBeHidden();
});

test("a link opens around its message, which is marked, and goes on both ways", async ({ page }) => {
  const ids = await long(page);
  const id = ids[5_000];
  await page.goto(`${new URL(page.url()).pathname}?message=${id}#m-${id}`);
  await hydrated(page);
  await expect(message(page, id)).toBeInViewport();
  await expect(message(page, id)).toHaveAttribute("data-marked", "");
  await expect(message(page, id)).toBeFocused();
  for (let window = 0; window < 8; window += 1) {
    const last = await articles(page).last().getAttribute("id");
    const read = await scrollBy(page, 1_000_000);
    await expect(articles(page).last()).not.toHaveAttribute("id", last!);
    expect(Math.abs((await top(page, read.id)) - read.top), `window ${window}`).toBeLessThanOrEqual(1);
  }
  expect(await articles(page).count()).toBeLessThanOrEqual(300);
  const first = await articles(page).first().getAttribute("id");
  await scrollBy(page, -1_000_000);
  await expect(articles(page).first()).not.toHaveAttribute("id", first!);

  // What is said here is said at the end.
  await send(page, "At last [[say: the end]]");
  await expect(questions(page).last().locator(".text")).toHaveText("At last [[say: the end]]");
  const answer = await ended(page);
  await expect(answer.locator(".prose")).toHaveText("the end");
  await expect(message(page, ids[LONG - 1])).toBeAttached();
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/);
  await expect(answer).toBeInViewport();
});

test("what could not be fetched is told, and fetched by hand", async ({ page, context }) => {
  const ids = await long(page);
  await context.setOffline(true);
  await scrollBy(page, -1_000_000);
  await expect(page.getByRole("status").filter({ hasText: /could not be reached/i })).toBeVisible();
  const first = await articles(page).first().getAttribute("id");
  await context.setOffline(false);
  await page.getByRole("link", { name: "Earlier messages" }).click();
  await expect(articles(page).first()).not.toHaveAttribute("id", first!);
  expect(ids.length).toBe(LONG);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a long conversation is read by links", async ({ page }) => {
    await signUp(page);
    await body(page).fill("first [[say: one]]");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(answers(page)).toHaveAttribute("data-status", "complete", { timeout: 20_000 });
    const ids = lengthen(page, 200);
    await page.reload();
    await expect(message(page, ids[199])).toBeInViewport();
    await page.getByRole("link", { name: "Earlier messages" }).click();
    await expect(message(page, ids[120])).toBeAttached();
    await expect(message(page, ids[199])).toHaveCount(0);
    await page.getByRole("link", { name: "Later messages" }).click();
    await expect(message(page, ids[199])).toBeAttached();
    await message(page, ids[180]).getByRole("link", { name: "Link to this message" }).click();
    await expect(message(page, ids[180])).toHaveAttribute("data-marked", "");
    await expect(message(page, ids[180])).toBeInViewport();
    const before = ids[60];
    await page.goto(`${new URL(page.url()).pathname}?message=${before}#m-${before}`);
    await expect(message(page, before)).toBeInViewport();
    await body(page).fill("At last [[say: the end]]");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(questions(page).last().locator(".text")).toHaveText("At last [[say: the end]]");
    await expect(message(page, ids[199])).toBeAttached();
  });
});
