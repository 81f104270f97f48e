import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { closeAll, shop } from "./sites";
import { answers, body, ended, hydrated, newEmail, PASSWORD, questions, send, test } from "./support";

test.afterEach(closeAll);

async function signUpAt(page: Page, url: string) {
  await page.goto(`${url}/signup`);
  await page.getByLabel("Email").fill(newEmail());
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/chat");
  await hydrated(page);
  // The first credit comes by an event.
  await expect(async () => {
    await page.goto(`${url}/billing`);
    await expect(page.getByText("given to you", { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.goto(`${url}/chat`);
  await hydrated(page);
}

test("whoever writes sees what it will cost, and what it did cost", async ({ page }) => {
  const { url } = await shop("1/0.1/1000", "5");
  await signUpAt(page, url);
  const cost = page.locator("#composer-cost");
  await expect(cost).toBeEmpty();
  await body(page).fill("What is a ledger? [[tokens: 20]]");
  await expect(cost).toContainText("about $0.34");
  await expect(cost).toContainText("at most $4.10");
  const found = await new AxeBuilder({ page }).include("#composer").withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(found.violations).toEqual([]);
  await page.getByRole("button", { name: "Send" }).click();
  const answer = await ended(page);
  // By the length of answers before, now.
  await body(page).fill("And an account?");
  await expect(cost).toContainText("about $0.021");
  await answer.hover();
  await answer.locator(".about summary").click();
  await expect(answer.locator(".about")).toContainText(/\d+ tokens read, 20 written · \$0\.02\d+/);
});

test("who runs out in the middle of a conversation is told, keeps the message, and can pay", async ({ page }) => {
  const { url } = await shop("0/0/1000", "5");
  await signUpAt(page, url);
  await send(page, "The first [[tokens: 1500]] [[speed: 5000]]");
  await ended(page);
  const conversation = page.url();
  await body(page).fill("The second");
  const left = page.getByRole("link", { name: /Not enough credit: \$3\.50 left/ });
  await expect(left).toBeVisible();
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.locator("#composer-error")).toContainText("credit");
  await expect(body(page)).toHaveValue("The second");
  await expect(questions(page)).toHaveCount(1);
  await left.click();
  await page.getByRole("button", { name: "Buy $5.00 of credit" }).click();
  await page.getByRole("button", { name: "Pay" }).click();
  await expect(page.getByText("Paid. Your credit is there.")).toBeVisible();
  await page.goto(conversation);
  await hydrated(page);
  // The draft has stayed.
  await expect(body(page)).toHaveValue("The second");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(answers(page)).toHaveCount(2);
  await ended(page);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("an answer's details lead to what it cost", async ({ page }) => {
    const { url } = await shop("1/0.1/1000", "5");
    await page.goto(`${url}/signup`);
    await page.getByLabel("Email").fill(newEmail());
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign up" }).click();
    await expect(async () => {
      await page.goto(`${url}/chat`);
      await send(page, "A question [[tokens: 20]]");
      await expect(answers(page)).toHaveCount(1, { timeout: 1000 });
    }).toPass();
    await ended(page);
    await answers(page).locator(".about summary").click();
    await page.getByRole("link", { name: "Tokens and cost" }).click();
    await expect(page.getByRole("heading", { name: "What an answer cost" })).toBeVisible();
    await expect(page.getByText(/\$0\.02\d+/)).toBeVisible();
    await page.getByRole("link", { name: "To the answer" }).click();
    await expect(page).toHaveURL(/\/chat\/.*message=/);
  });
});
