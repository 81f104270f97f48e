import { expect, test, type Page } from "@playwright/test";
import { answers, body, PASSWORD, questions, signUp } from "./support";

test.use({ javaScriptEnabled: false });

test("without JavaScript: sign up, write, read, rename, delete, undo, sign out, sign in", async ({ page }) => {
  const email = await signUp(page);
  await body(page).fill("How high is the sky? [[tokens: 40]] [[speed: 200]]");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}/);
  await expect(questions(page)).toHaveText(/How high is the sky/);
  // The page asks again by itself until the answer is there.
  await expect(answers(page)).toHaveAttribute("data-status", "complete", { timeout: 20_000 });
  await list(page);
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("Sky high");
  await page.getByRole("button", { name: "Rename" }).last().click();
  await list(page);
  await expect(page.getByRole("link", { name: "Sky high" })).toBeVisible();
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await list(page);
  await expect(page.getByRole("link", { name: "Sky high" })).toBeVisible();
  await page.goto("/settings");
  await expect(page.getByLabel(/display name/i)).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).last().click();
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/chat");
});

test("without JavaScript a refused form says why and keeps what was typed", async ({ page }) => {
  await page.goto("/signup");
  await page.getByLabel("Email").fill("somebody@example.org");
  await page.getByLabel("Password", { exact: true }).fill("passwordpassword");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue("somebody@example.org");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  expect(page.url()).not.toContain("__err");

  await signUp(page);
  await body(page).fill(" \u200b ");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("alert")).toHaveText(/write a message first/i);
});

/** On a phone the list is a drawer, which opens without JavaScript, too. */
async function list(page: Page) {
  const first = page.getByRole("button", { name: /^More for/ }).first();
  if (!(await first.isVisible())) await page.getByRole("button", { name: /conversations|menu|sidebar/i }).first().click();
}
