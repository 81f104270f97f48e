import { expect, test } from "@playwright/test";
import { answers, body, ended, hydrated, PASSWORD, questions, send, signUp } from "./support";

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

test("a session that ends while a message is written loses nothing", async ({ page, context }) => {
  await signUp(page);
  await hydrated(page);
  await context.clearCookies();
  await send(page, "written with care");
  await expect(page.getByRole("alert")).toHaveText(/sign in/i);
  await expect(body(page)).toHaveValue("written with care");
});

test("a message survives the loss of the network", async ({ page, context }) => {
  await signUp(page);
  await hydrated(page);
  await context.setOffline(true);
  await send(page, "into the void");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(body(page)).toHaveValue("into the void");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Send" }).click();
  await ended(page);
  await expect(questions(page)).toHaveCount(1);
  await expect(answers(page)).toHaveCount(1);
});

test("a draft is still there after a reload", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await body(page).pressSequentially("not sent yet");
  await page.reload();
  await hydrated(page);
  await expect(body(page)).toHaveValue("not sent yet");
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
