import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { ended, hydrated, send, signUp, test } from "./support";

async function isAccessible(page: Page) {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`), page.url()).toEqual([]);
}

/** Nothing of a page is wider than the page (WCAG 1.4.10); tables scroll inside themselves. */
async function fits(page: Page) {
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.setViewportSize(size);
}

test("a visitor finds what it costs and what is charged", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("contentinfo").getByRole("link", { name: "Pricing" }).click();
  await expect(page.getByRole("heading", { name: "Pricing", level: 1 })).toBeVisible();
  await expect(page.getByText("An answer without text")).toBeVisible();
  await isAccessible(page);
  await fits(page);
});

test("limits are kept, and a mistake is told beside its field", async ({ page }) => {
  await signUp(page);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Billing" }).click();
  await isAccessible(page);
  await page.getByLabel("A day, in dollars").fill("1,000");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("whether this is a thousand");
  await expect(page.getByLabel("A day, in dollars")).toHaveValue("1,000");
  await isAccessible(page);
  await page.getByLabel("A day, in dollars").fill("2,50");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toContainText("Saved");
  await expect(page.getByLabel("A day, in dollars")).toHaveValue("2.50");
  await isAccessible(page);
  await fits(page);
});

test("the account's menu leads to billing and usage", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "To be counted [[tokens: 5]]");
  await ended(page);
  await page.goto("/usage?days=7");
  await expect(page.getByRole("link", { name: "7 days" })).toHaveAttribute("aria-current", "true");
  await isAccessible(page);
  await fits(page);
  await page.getByRole("navigation", { name: "Billing and usage" }).getByRole("link", { name: "Billing" }).click();
  await expect(page).toHaveURL(/\/billing$/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("what was asked of the calculator stands in its address", async ({ page }) => {
    await page.goto("/pricing?messages=0");
    await expect(page.getByRole("heading", { name: "What is charged" })).toBeVisible();
    const field = page.getByLabel("Messages a day");
    // Only where a model has a price there is something to calculate.
    if (await field.count()) {
      await expect(page.getByText("Enter a whole number from 1 to 1,000.")).toBeVisible();
      await field.fill("7");
      await page.getByRole("button", { name: "Calculate" }).click();
      await expect(page).toHaveURL(/messages=7/);
      await expect(page.getByRole("status")).toContainText("a month");
    }
  });
});
