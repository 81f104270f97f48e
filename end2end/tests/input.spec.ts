import { expect } from "@playwright/test";
import { body, hydrated, PASSWORD, questions, signUp, test } from "./support";

test("a blank or too long message is refused where it was typed, and stays there", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await body(page).fill(" \u200b ");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("alert")).toHaveText(/write a message first/i);
  const long = "x".repeat(100_000);
  await body(page).fill(long);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("alert")).toHaveText(/at most 50,000/);
  await expect(body(page)).toHaveValue(long);
  await expect(questions(page)).toHaveCount(0);
});

for (const [what, email, password, words] of [
  ["a short password", "new@example.org", "short", /15/],
  ["a common password", "new@example.org", "passwordpassword", /./],
  ["no address", "not an address", PASSWORD, /email/i],
] as const) {
  test(`${what} is refused at sign-up and the address stays`, async ({ page }) => {
    await page.goto("/signup");
    await hydrated(page);
    // What the browser itself would refuse must be refused by the server, too.
    await page.locator("form").evaluateAll((forms) => forms.forEach((form) => ((form as HTMLFormElement).noValidate = true)));
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign up" }).click();
    await expect(page.getByRole("alert")).toHaveText(words);
    await expect(page.getByLabel("Email")).toHaveValue(email);
    // The person goes on where something is to be mended.
    await expect(page.getByLabel(what.endsWith("password") ? "Password" : "Email", { exact: true })).toBeFocused();
    await expect(page).toHaveURL(/\/signup/);
  });
}

test("an address that leads nowhere is a page that says so", async ({ page }) => {
  for (const path of ["/nothing/here", "/chat/not-an-id"]) {
    if (path.startsWith("/chat")) await signUp(page);
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});
