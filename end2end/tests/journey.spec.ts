import { expect, type Page } from "@playwright/test";
import { answers, body, ended, hydrated, PASSWORD, questions, send, signUp, test } from "./support";

test("somebody signs up, asks, and watches the answer arrive", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: /sign up|start|create/i }).first().click();
  await expect(page).toHaveURL(/\/signup/);
  await signUp(page);
  await hydrated(page);

  await send(page, "How do I bake bread? [[tokens: 60]] [[speed: 60]]");
  await expect(questions(page)).toHaveText(/How do I bake bread/);
  await expect(answers(page)).toHaveAttribute("data-status", "streaming");
  await expect(answers(page)).toHaveText(/\w+/);
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/);
  const answer = await ended(page);
  const text = await answer.locator(".prose").innerText();

  await page.reload();
  await hydrated(page);
  await expect(answers(page).locator(".prose")).toHaveText(text, { useInnerText: true });
});

test("an answer shows Markdown, code that can be copied, a table and maths", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signUp(page);
  await hydrated(page);
  const said = [
    "**Bold** and a list:", "", "- one", "- two", "", "```rust", "fn main() {}", "```", "",
    "| a | b |", "|---|---|", "| 1 | 2 |", "", "$x^2$ <script>document.title='owned'</script> <img src=x onerror=alert(1)>",
  ].join("\n");
  await send(page, `Show me everything. [[say: ${said}]]`);
  const answer = await ended(page);
  await expect(answer.locator("strong")).toHaveText("Bold");
  await expect(answer.locator("li")).toHaveCount(2);
  await expect(answer.locator("table td").first()).toHaveText("1");
  await expect(answer.locator("math")).toHaveCount(1);
  await expect(answer.locator("script, img")).toHaveCount(0);
  const streamed = await answer.locator(".prose").innerHTML();
  await answer.getByRole("button", { name: "Copy", exact: true }).click();
  expect((await page.evaluate(() => navigator.clipboard.readText())).trim()).toBe("fn main() {}");
  expect(await page.title()).not.toBe("owned");

  await page.reload();
  await expect(answers(page)).toHaveAttribute("data-status", "complete");
  expect((await answers(page).locator(".prose").innerHTML()).replace(/\s+/g, "")).toBe(streamed.replace(/\s+/g, ""));
});

test("a conversation goes on, gets a title, is renamed, deleted and brought back", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "Tell me about tides");
  await ended(page);
  await send(page, "And about the moon?");
  await expect(questions(page)).toHaveCount(2);
  await expect(answers(page)).toHaveCount(2);
  await ended(page);
  await expect(page.getByRole("button", { name: "Send" })).toBeVisible();

  await page.reload();
  await hydrated(page);
  await expect(questions(page)).toHaveCount(2);
  await openList(page);
  await expect(page.getByRole("link", { name: /tides/i })).toBeVisible();
  await openMenu(page);
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("High water");
  await page.getByRole("button", { name: "Rename" }).last().click();
  await expect(page.getByRole("link", { name: "High water" })).toBeVisible();

  await openMenu(page);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await openList(page);
  await expect(page.getByRole("link", { name: "High water" })).toBeVisible();
});

/** The menu of the first conversation in the list. */
async function openMenu(page: Page) {
  await page.getByRole("button", { name: /^More for/ }).first().click();
}

/** On a phone the list is a drawer. */
async function openList(page: Page) {
  const first = page.getByRole("button", { name: /^More for/ }).first();
  if (!(await first.isVisible())) await page.getByRole("button", { name: /conversations|menu|sidebar/i }).first().click();
  await expect(first).toBeInViewport();
}

test("Enter sends, Shift+Enter breaks the line, and a double click sends once", async ({ page, isMobile }) => {
  test.skip(isMobile, "a touch keyboard has no Shift+Enter");
  await signUp(page);
  await hydrated(page);
  await body(page).pressSequentially("first line");
  await body(page).press("Shift+Enter");
  await body(page).pressSequentially("second line");
  await body(page).press("Enter");
  await expect(questions(page).locator(".text")).toHaveText("first line\nsecond line", { useInnerText: true });
  await ended(page);
  await body(page).fill("only once");
  await page.getByRole("button", { name: "Send" }).dblclick();
  await expect(answers(page)).toHaveCount(2);
  await page.reload();
  await expect(questions(page)).toHaveCount(2);
});

test("somebody changes name and password, and signs in with the new one only", async ({ page }) => {
  const email = await signUp(page);
  await page.goto("/settings");
  await hydrated(page);
  await page.getByLabel(/display name/i).fill("Ada");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByText(/saved/i).first()).toBeVisible();
  const changed = "another quiet walk by the sea";
  await page.getByLabel(/current password/i).fill(PASSWORD);
  await page.getByLabel(/new password/i).fill(changed);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText(/password (has been |was |is )?changed/i).first()).toBeVisible();
  await page.reload();
  await expect(page.getByLabel(/display name/i)).toHaveValue("Ada");
  await page.getByRole("button", { name: "Sign out" }).last().click();
  await page.goto("/login");
  await hydrated(page);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await page.getByLabel("Password", { exact: true }).fill(changed);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/chat");
});
