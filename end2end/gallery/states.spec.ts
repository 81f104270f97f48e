import { expect, type Page } from "@playwright/test";
import { action, answers, body, ended, hydrated, send, signUp } from "../tests/support";
import { ask, shot, test } from "./support";

// Each changes the account, so each has one of its own.
test.use({ storageState: { cookies: [], origins: [] } });

const QUESTION = "My sourdough is always dense. What should I change first?";

test.beforeEach(async ({ page }) => {
  await signUp(page);
  await hydrated(page);
});

/** The question in the page's words: the one that was sent steers the demo model. */
async function reworded(page: Page, ...words: string[]): Promise<void> {
  await page.locator('article[data-role="user"] .text').evaluateAll((all, words) => all.forEach((one, i) => (one.textContent = words[i])), words);
}

test("waiting for the first word, then written, then stopped", async ({ page }) => {
  await send(page, "[[first-token: 600000ms]]");
  await answers(page).last().waitFor();
  await reworded(page, QUESTION);
  await shot(page, "answer-waiting");
  await page.getByRole("button", { name: "Stop" }).click();
  await ended(page, "stopped");
  await send(page, "[[tokens: 5000]] [[speed: 60]]");
  await expect(answers(page)).toHaveCount(2);
  await expect(answers(page).last().locator(".prose")).toHaveText(/(\w+\W+){30}/);
  await reworded(page, QUESTION, "Try once more, please.");
  await shot(page, "answer-written");
  await page.getByRole("button", { name: "Stop" }).click();
  await ended(page, "stopped");
  await shot(page, "answer-stopped");
});

test("an answer that failed, and one that was limited", async ({ page }) => {
  await send(page, "[[fault: status=500]]");
  await ended(page, "failed");
  await reworded(page, QUESTION);
  await shot(page, "answer-failed");
  await send(page, "[[fault: status=429]]");
  await expect(answers(page)).toHaveCount(2);
  await ended(page, "failed");
  await reworded(page, QUESTION, "Try once more, please.");
  await shot(page, "answer-rate-limited");
});

test("another version", async ({ page }) => {
  await send(page, "[[say: Give it more time, not more flour.]]");
  await ended(page);
  await ask(page, [QUESTION]);
  await action(answers(page), "Try again").click();
  await expect(answers(page).getByText("2 of 2")).toBeAttached();
  const answer = await ended(page);
  await page.reload();
  await hydrated(page);
  await answer.hover();
  await shot(page, "answer-versions");
});

test("a text that is too long", async ({ page }) => {
  await body(page).fill("a long story ".repeat(8_000));
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator("#composer-error").waitFor();
  await shot(page, "composer-too-long");
});

test("a conversation deleted, with a way back", async ({ page, isMobile }) => {
  await send(page, "[[say: Give it more time, not more flour.]]");
  await ended(page);
  await page.goto("/chat");
  await hydrated(page);
  if (isMobile) await page.getByRole("button", { name: "Open conversations" }).click();
  await page.locator(".conversation-item").hover();
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.locator(".panel:popover-open").getByRole("button", { name: "Delete" }).click();
  await page.locator(".toast-card").waitFor();
  await shot(page, "conversation-deleted");
});

test("offline", async ({ page, context }) => {
  await context.setOffline(true);
  await send(page, QUESTION);
  await page.locator("#composer-error, .banner").first().waitFor();
  await shot(page, "offline");
});

test("a session that has ended", async ({ page, context }) => {
  await context.clearCookies();
  await send(page, QUESTION);
  await page.locator("#composer-error, .banner").first().waitFor();
  await shot(page, "session-ended");
});

test("the server restarts while an answer is written", async ({ page }) => {
  await page.route("**/chat/generations/**", (route) => route.abort("connectionrefused"));
  await send(page, "[[tokens: 5000]] [[speed: 60]]");
  await answers(page).last().waitFor();
  await reworded(page, QUESTION);
  await expect(page.locator("article .status").last()).not.toBeEmpty();
  await shot(page, "server-restarting");
});

test("somewhere else in a long conversation", async ({ page }) => {
  await send(page, "[[tokens: 1200]] [[speed: 20000]]");
  await ended(page);
  await reworded(page, QUESTION);
  await page.mouse.move(300, 300);
  await page.locator(".scroller").evaluate((element) => element.scrollTo(0, 300));
  await page.getByRole("button", { name: "Jump to latest" }).waitFor();
  await shot(page, "jump-to-latest");
});
