import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { ended, hydrated, PASSWORD, send, signUp, test } from "./support";

const ANOTHER = "eleven herons over the marsh";

async function isAccessible(page: Page) {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`), page.url()).toEqual([]);
}

async function signOut(page: Page) {
  await page.context().clearCookies();
}

async function signIn(page: Page, email: string, password: string) {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a forgotten password is replaced by the link in a mail, once", async ({ page }) => {
  const email = await signUp(page);
  await signOut(page);
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await isAccessible(page);
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("status")).toContainText("If there is an account with this address");
  await isAccessible(page);

  const mail = page.locator("article.mail").filter({ hasText: email }).first();
  const link = mail.getByRole("link").filter({ hasText: "/reset" });
  await expect(async () => {
    await page.goto("/dev/inbox");
    await expect(link).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await isAccessible(page);
  const address = new URL((await link.getAttribute("href"))!);
  const there = address.pathname + address.search;
  await page.goto(there);
  await isAccessible(page);
  await page.getByLabel("New password").fill(ANOTHER);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed. Sign in with the new one.")).toBeVisible();
  await signIn(page, email, ANOTHER);
  await expect(page).toHaveURL(/\/chat/);

  await signOut(page);
  await page.goto(there);
  await expect(page.getByRole("link", { name: "Ask for a new link" })).toBeVisible();
  await isAccessible(page);
});

test("whoever leaves is shown nothing but how to stay, and can stay", async ({ page }) => {
  const email = await signUp(page);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Delete account" }).click();
  await isAccessible(page);
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Delete account" }).click();
  await expect(page.getByText("You are signed out, and your account will be deleted in 14 days.")).toBeVisible();
  await signIn(page, email, PASSWORD);
  await expect(page.getByRole("heading", { name: "Your account will be deleted" })).toBeVisible();
  await isAccessible(page);
  await page.goto("/chat");
  await expect(page.getByRole("heading", { name: "Your account will be deleted" })).toBeVisible();
  await page.getByRole("button", { name: "Keep it" }).click();
  await expect(page).toHaveURL(/\/chat/);
  await hydrated(page);
});

test("a person takes their data along as a file", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "To be kept [[say: kept]]");
  await ended(page);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Take your data along" }).click();
  await isAccessible(page);
  await page.getByRole("button", { name: "Prepare the file" }).click();
  const link = page.getByRole("link", { name: /^Download/ });
  await expect(link).toBeVisible();
  await isAccessible(page);
  const waiting = page.waitForEvent("download");
  await link.click();
  const file = await waiting;
  expect(file.suggestedFilename()).toMatch(/\.zip$/);
  expect(await file.failure()).toBeNull();
});
