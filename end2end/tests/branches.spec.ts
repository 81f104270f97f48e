import { expect, type Locator, type Page } from "@playwright/test";
import { action, answers, body, ended, hydrated, questions, send, signUp, test } from "./support";

/** Somebody who has asked "first" and got the answer "one". */
async function asked(page: Page) {
  await signUp(page);
  await hydrated(page);
  await send(page, "first [[say: one]]");
  await ended(page);
}

/** Edits the message and sends it. */
async function edit(page: Page, message: Locator, text: string) {
  await action(message, "Edit").click();
  const field = page.getByRole("textbox", { name: "Edit message" });
  await expect(field).toBeFocused();
  await field.fill(text);
  await page.getByRole("button", { name: "Save & send" }).click();
}

test("Try again writes another answer beside the first, and the switcher leads between them", async ({ page }) => {
  await asked(page);
  const first = await answers(page).getAttribute("id");
  await action(answers(page), "Try again").click();
  await expect(answers(page)).not.toHaveAttribute("id", first!);
  const answer = await ended(page);
  const second = await answer.getAttribute("id");
  await expect(answer.getByText("2 of 2")).toBeAttached();
  await expect(action(answer, "Next version")).toBeDisabled();

  await action(answer, "Previous version").click();
  await expect(answers(page)).toHaveAttribute("id", first!);
  await expect(answers(page).getByText("1 of 2")).toBeAttached();
  // The keyboard stays on the switcher; at its end, on the button that still does something.
  await expect(action(answers(page), "Next version")).toBeFocused();
  await expect(page.getByText("Version 1 of 2")).toBeAttached();
  await expect(questions(page)).toHaveCount(1);

  await page.reload();
  await hydrated(page);
  await expect(answers(page)).toHaveAttribute("id", first!);
  await page.keyboard.press("Tab");
  await action(answers(page), "Next version").focus();
  await page.keyboard.press("Enter");
  await expect(answers(page)).toHaveAttribute("id", second!);
});

test("an edited message takes the place of the old one, which stays a version", async ({ page }) => {
  await asked(page);
  await send(page, "then [[say: two]]");
  await ended(page);
  await edit(page, questions(page).first(), "instead [[say: three]]");
  await expect(questions(page)).toHaveCount(1);
  await expect(questions(page).locator(".text")).toHaveText("instead [[say: three]]");
  const answer = await ended(page);
  await expect(answer.locator(".prose")).toHaveText("three");

  await action(questions(page), "Previous version").click();
  await expect(questions(page)).toHaveCount(2);
  await expect(questions(page).locator(".text")).toHaveText(["first [[say: one]]", "then [[say: two]]"]);
  await expect(answers(page).locator(".prose")).toHaveText(["one", "two"]);
});

test("editing can be given up, and a refused text is not lost", async ({ page }) => {
  await asked(page);
  const field = page.getByRole("textbox", { name: "Edit message" });
  await action(questions(page), "Edit").click();
  await expect(field).toHaveValue("first [[say: one]]");
  await field.fill("never mind");
  await page.keyboard.press("Escape");
  await expect(field).toHaveCount(0);
  await expect(action(questions(page), "Edit")).toBeFocused();
  await expect(questions(page).locator(".text")).toHaveText("first [[say: one]]");

  await action(questions(page), "Edit").click();
  await field.fill(" \u200b ");
  await page.getByRole("button", { name: "Save & send" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /write a message first/i })).toBeVisible();
  const long = "x".repeat(50_001);
  await field.fill(long);
  await expect(page.getByText("50,001 of 50,000 characters")).toBeVisible();
  await page.getByRole("button", { name: "Save & send" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /at most 50,000/ })).toBeVisible();
  await expect(field).toHaveValue(long);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(field).toHaveCount(0);
  await expect(questions(page)).toHaveCount(1);
});

test("an edit survives the loss of the network", async ({ page, context }) => {
  await asked(page);
  await context.setOffline(true);
  await edit(page, questions(page), "written in a tunnel");
  await expect(page.getByRole("alert").filter({ hasText: /could not be reached/i })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Edit message" })).toHaveValue("written in a tunnel");
  await context.setOffline(false);
  await page.getByRole("button", { name: "Save & send" }).click();
  await expect(questions(page).locator(".text")).toHaveText("written in a tunnel");
});

test("an answer that was stopped offers to go on, and to try again", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "Count [[tokens: 5000]] [[speed: 40]]");
  await expect(answers(page).locator(".prose")).toHaveText(/\w+ \w+ \w+/);
  // What is being written cannot be written anew.
  await expect(action(answers(page), "Try again")).toBeHidden();
  await page.getByRole("button", { name: "Stop" }).click();
  const stopped = await ended(page, "stopped");
  const text = await stopped.locator(".prose").innerText();
  await expect(action(stopped, "Try again")).toBeVisible();
  await action(stopped, "Continue").click();
  await expect(answers(page)).toHaveAttribute("data-status", "streaming");
  await expect(answers(page).locator(".prose")).toContainText(text.slice(0, 20));
  await page.getByRole("button", { name: "Stop" }).click();
  await ended(page, "stopped");
  await expect(answers(page).getByText("2 of 2")).toBeAttached();
});

test("an answer that failed without a word offers to try again, and nothing to go on from", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "Please [[fault: status=500]]");
  const failed = await ended(page, "failed");
  await expect(action(failed, "Continue")).toBeHidden();
  await expect(action(failed, "Try again")).toBeVisible();
  await action(failed, "Try again").click();
  await expect(answers(page).getByText("2 of 2")).toBeAttached();
  await ended(page, "failed");
});

test("two devices that go on from the same message make versions, and lose nothing", async ({ browser }) => {
  const context = await browser.newContext();
  const [one, two] = [await context.newPage(), await context.newPage()];
  await asked(one);
  await two.goto(one.url());
  await hydrated(two);
  await send(one, "from the laptop [[say: here]]");
  await expect(answers(one).last().locator(".prose")).toHaveText("here");
  await ended(one);
  await send(two, "from the phone [[say: there]]");
  await expect(answers(two).last().locator(".prose")).toHaveText("there");
  await ended(two);
  await expect(questions(two).locator(".text")).toHaveText(["first [[say: one]]", "from the phone [[say: there]]"]);
  await two.reload();
  await hydrated(two);
  await expect(questions(two).last().getByText("2 of 2")).toBeAttached();
  await action(questions(two).last(), "Previous version").click();
  await expect(questions(two).last().locator(".text")).toHaveText("from the laptop [[say: here]]");
  await expect(answers(two).last().locator(".prose")).toHaveText("here");
  await context.close();
});

test("what is refused is said at the top, and nothing is lost", async ({ page, context }) => {
  await asked(page);
  await context.setOffline(true);
  await action(answers(page), "Try again").click();
  await expect(page.getByRole("status").filter({ hasText: /could not be reached/i })).toBeVisible();
  await expect(answers(page).locator(".prose")).toHaveText("one");
  await context.setOffline(false);
});

test("the link of a message is copied", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await asked(page);
  await page.getByRole("link", { name: "Link to this message" }).last().click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/chat\/[0-9a-f-]{36}\?message=[0-9a-f-]{36}#m-/);
  await page.goto(link);
  await expect(page.locator("[data-marked]")).toHaveAttribute("data-role", "assistant");
});

test("every action is big enough to be hit", async ({ page }) => {
  await asked(page);
  await action(answers(page), "Try again").click();
  await expect(answers(page).getByText("2 of 2")).toBeAttached();
  await ended(page);
  const small = await page.locator(".action:visible").evaluateAll((all) =>
    all.map((e) => e.getBoundingClientRect()).filter((r) => r.width < 24 || r.height < 24).length);
  expect(small).toBe(0);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("try again, switch, edit, cancel", async ({ page }) => {
    await signUp(page);
    await body(page).fill("first [[say: one]]");
    await page.getByRole("button", { name: "Send" }).click();
    await expect(answers(page)).toHaveAttribute("data-status", "complete", { timeout: 20_000 });
    const first = await answers(page).getAttribute("id");
    await action(answers(page), "Try again").click();
    await expect(answers(page)).not.toHaveAttribute("id", first!);
    await expect(answers(page)).toHaveAttribute("data-status", "complete", { timeout: 20_000 });
    await action(answers(page), "Previous version").click();
    await expect(answers(page)).toHaveAttribute("id", first!);
    await expect(answers(page)).toHaveAttribute("data-marked", "");

    await action(questions(page), "Edit").click();
    const field = page.getByRole("textbox", { name: "Edit message" });
    await expect(field).toHaveValue("first [[say: one]]");
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(field).toHaveCount(0);
    await action(questions(page), "Edit").click();
    await field.fill(" \u200b ");
    await page.getByRole("button", { name: "Save & send" }).click();
    await expect(page.getByRole("alert").filter({ hasText: /write a message first/i })).toBeVisible();
    await field.fill("other [[say: two]]");
    await page.getByRole("button", { name: "Save & send" }).click();
    await expect(questions(page).locator(".text")).toHaveText("other [[say: two]]");
    await expect(answers(page).locator(".prose")).toHaveText("two", { timeout: 20_000 });
    await expect(questions(page).getByText("2 of 2")).toBeAttached();
  });
});
