import { expect, type Page } from "@playwright/test";
import { answers, body, PASSWORD, questions, signUp, test } from "./support";

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
  await page.getByRole("textbox", { name: "Title" }).fill("Sky high");
  await page.getByRole("button", { name: "Rename" }).click();
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

test("without JavaScript an answer is stopped, and shows itself until it is", async ({ page }) => {
  await signUp(page);
  await body(page).fill("Count [[tokens: 5000]] [[speed: 40]]");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(answers(page).locator(".prose")).toHaveText(/\w+ \w+/);
  const before = (await answers(page).locator(".prose").innerText()).length;
  // The page asks again by itself.
  await expect.poll(async () => (await answers(page).locator(".prose").innerText()).length, { timeout: 20_000 }).toBeGreaterThan(before);
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(answers(page)).toHaveAttribute("data-status", "stopped", { timeout: 20_000 });
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
});

test("without JavaScript every setting can be changed", async ({ page }) => {
  const email = await signUp(page);
  await page.goto("/settings");
  await page.getByLabel(/display name/i).fill("Ada");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByRole("status")).toHaveText(/saved/i);
  await expect(page.getByLabel(/display name/i)).toHaveValue("Ada");
  await page.getByText("Dark", { exact: true }).click();
  await expect(page.getByLabel("Dark")).toBeChecked();
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", /dark/);
  const changed = "another quiet walk by the sea";
  await page.getByLabel(/current password/i).fill(PASSWORD);
  await page.getByLabel(/new password/i).fill(changed);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("status")).toHaveText(/password is changed/i);
  await page.getByRole("button", { name: "Sign out" }).last().click();
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(changed);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/chat");
});

test("without JavaScript long code unfolds, and time and model are told", async ({ page }) => {
  await signUp(page);
  const code = Array.from({ length: 60 }, (_, n) => `print(${n})`).join("\n");
  await body(page).fill(`Say it [[say: \`\`\`python\n${code}\n\`\`\`]]`);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(answers(page)).toHaveAttribute("data-status", "complete", { timeout: 20_000 });
  const pre = answers(page).locator("pre");
  const folded = await pre.boundingBox();
  await answers(page).getByText("Show all 60 lines").click();
  await expect(answers(page).getByText("Show less")).toBeVisible();
  expect((await pre.boundingBox())!.height).toBeGreaterThan(folded!.height * 2);
  await answers(page).locator(".about summary").click();
  await expect(answers(page).locator("time")).toContainText("UTC");
});

test("without JavaScript nothing dead is shown", async ({ page }) => {
  for (const path of ["/", "/signup", "/login"]) {
    await page.goto(path);
    expect(await dead(page), path).toEqual([]);
  }
  await signUp(page);
  expect(await dead(page), "/chat").toEqual([]);
  await body(page).fill("Say it [[say: ```js\nlet a;\n```\n\n| a |\n|---|\n| 1 |]]");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(answers(page)).toHaveAttribute("data-status", "complete", { timeout: 20_000 });
  expect(await dead(page), "a conversation").toEqual([]);
  await list(page);
  await page.getByRole("button", { name: /^More for/ }).click();
  expect(await dead(page), "a menu").toEqual([]);
  await page.goto("/settings");
  expect(await dead(page), "/settings").toEqual([]);
});

/** What can be seen and pressed, and would do nothing: all that is not of a form, a link or the browser's own. */
async function dead(page: Page): Promise<string[]> {
  return page.locator("button, a, [role=button]").evaluateAll((all) => all
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .filter((e) => !(e instanceof HTMLAnchorElement && e.href) && !(e instanceof HTMLButtonElement
      && (e.disabled || e.popoverTargetElement || (e.type === "submit" && e.form?.action))))
    .map((e) => e.outerHTML.slice(0, 120)));
}

/** On a phone the list is a drawer, which opens without JavaScript, too. */
async function list(page: Page) {
  const first = page.getByRole("button", { name: /^More for/ }).first();
  if (!(await first.isVisible())) await page.getByRole("button", { name: /conversations|menu|sidebar/i }).first().click();
}
