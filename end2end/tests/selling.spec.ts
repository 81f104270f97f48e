import { expect, type Page } from "@playwright/test";
import { signUp, test } from "./support";

/** From the button on the billing page through the sandbox's checkout. */
async function checkOut(page: Page, buy: string) {
  await page.goto("/billing");
  await page.getByRole("button", { name: buy }).click();
  await expect(page.getByText("no real money").first()).toBeVisible();
}

async function paid(page: Page) {
  await page.waitForURL("**/billing?*");
  await expect(page.getByText("Paid. Your credit is there.")).toBeVisible();
}

test("a pack is bought, after a card that is declined and a bank that asks", async ({ page }) => {
  await signUp(page);
  await checkOut(page, "Buy $5.00 of credit");
  await page.getByRole("button", { name: "Decline" }).click();
  await expect(page.getByRole("alert")).toContainText("declined");
  await page.getByRole("button", { name: "3-D Secure" }).click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await paid(page);
  await page.goto("/billing");
  await expect(page.getByText("Credit bought").first()).toBeVisible();
});

test("who comes back without having paid has nothing", async ({ page }) => {
  await signUp(page);
  await checkOut(page, "Buy $5.00 of credit");
  await page.getByRole("link", { name: "Back" }).click();
  await page.goto("/billing");
  await expect(page.getByText("Credit bought")).toHaveCount(0);
});

test("a plan is chosen, changed for a larger one, ended and kept after all", async ({ page }) => {
  await signUp(page);
  await checkOut(page, "Choose Plus");
  await page.getByRole("button", { name: "Pay" }).click();
  await paid(page);
  await expect(async () => {
    await page.goto("/billing");
    await expect(page.getByText(/You have Plus\. It renews/)).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.getByRole("button", { name: "Change to Pro" }).click();
  await expect(async () => {
    await page.goto("/billing");
    await expect(page.getByText(/You have Pro\. It renews/)).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.getByRole("button", { name: "End the plan with its period" }).click();
  await expect(page.getByText(/It ends on .* and is not renewed/)).toBeVisible();
  await page.getByRole("button", { name: "Keep the plan after all" }).click();
  await expect(page.getByText(/You have Pro\. It renews/)).toBeVisible();
});
