import { expect, type Locator, type Page } from "@playwright/test";
import { action, answers, body, ended, hydrated, newEmail, PASSWORD, questions, test } from "./support";

/** Presses `key` until `target` has the focus. What has the focus can be seen. */
async function moveTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab") {
  for (let presses = 0; presses < 100; presses += 1) {
    const found = (await target.count()) === 1 && (await target.evaluate((e) => e === document.activeElement));
    if (found) {
      await expect(target).toBeInViewport();
      expect(await target.evaluate((e) => e.matches(":focus-visible")), "the focus is visible").toBe(true);
      // Actions fade in.
      await expect.poll(() => target.evaluate((e) => {
        let seen = 1;
        // A radio shows itself by its label.
        for (let up: Element | null = e.closest("label") ?? e; up; up = up.parentElement) seen *= Number(getComputedStyle(up).opacity);
        return seen;
      })).toBeGreaterThan(0.3);
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`${target} is not reached by ${key}`);
}

async function press(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab") {
  await moveTo(page, target, key);
  await page.keyboard.press("Enter");
}

/** The keyboard is never left nowhere. */
async function somewhere(page: Page) {
  await expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
}

test("the whole journey by keyboard alone", async ({ page, isMobile }) => {
  test.skip(isMobile, "for those who have a keyboard");
  test.setTimeout(90_000);
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await press(page, page.getByRole("link", { name: /sign up|start|create/i }).first());
  await page.waitForURL("**/signup*");
  await hydrated(page);

  await moveTo(page, page.getByLabel("Email"));
  await page.keyboard.type(newEmail());
  await moveTo(page, page.getByLabel("Password", { exact: true }));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/chat");
  await hydrated(page);

  // Chat, and stop.
  await expect(body(page)).toBeFocused();
  await page.keyboard.type("Count [[tokens: 5000]] [[speed: 40]]");
  await page.keyboard.press("Enter");
  await expect(answers(page).locator(".prose")).toHaveText(/\w+ \w+ \w+/);
  await press(page, page.getByRole("button", { name: "Stop" }));
  await ended(page, "stopped");
  await somewhere(page);

  // Edit.
  await press(page, action(questions(page), "Edit"), "Shift+Tab");
  await expect(page.getByRole("textbox", { name: "Edit message" })).toBeFocused();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Tides [[say: one]]");
  await page.keyboard.press("Enter");
  await expect(answers(page).locator(".prose")).toHaveText("one");
  await ended(page);
  await somewhere(page);

  // Regenerate, and switch versions.
  await press(page, action(answers(page), "Try again"));
  await expect(answers(page).getByText("2 of 2")).toBeAttached();
  await ended(page);
  await somewhere(page);
  await press(page, action(answers(page), "Previous version"));
  await expect(answers(page).getByText("1 of 2")).toBeAttached();
  await expect(action(answers(page), "Next version")).toBeFocused();

  // Copy, and what else there is.
  await press(page, answers(page).locator(".about summary"));
  await expect(answers(page).locator("time")).toBeVisible();

  // Rename.
  const more = page.getByRole("button", { name: /^More for/ }).first();
  await press(page, more, "Shift+Tab");
  await press(page, page.getByRole("button", { name: "Rename" }).first());
  await expect(page.getByRole("textbox", { name: "Title" })).toBeFocused();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("High water");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "High water" })).toBeFocused();

  // A menu that is left gives the keyboard back to where it came from.
  await press(page, more);
  await moveTo(page, page.getByRole("button", { name: "Delete" }));
  await page.keyboard.press("Escape");
  await expect(more).toBeFocused();

  // Delete.
  await press(page, more);
  await press(page, page.getByRole("button", { name: "Delete" }));
  await page.waitForURL("**/chat?deleted=*");
  await hydrated(page);
  await expect(page.getByRole("link", { name: "High water" })).toHaveCount(0);

  // Settings.
  await press(page, page.locator(".account-button"), "Shift+Tab");
  await press(page, page.getByRole("link", { name: "Settings" }));
  await page.waitForURL("**/settings");
  await hydrated(page);
  await moveTo(page, page.getByLabel(/display name/i));
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/saved/i).first()).toBeVisible();
  await hydrated(page);
  await moveTo(page, page.getByRole("group", { name: "Theme" }).getByRole("radio", { checked: true }));
  await page.keyboard.press("ArrowLeft");
  await expect(page.locator("html")).toHaveAttribute("data-theme", /dark/);

  // Sign out.
  await press(page, page.getByRole("button", { name: "Sign out" }));
  await page.waitForURL((url) => url.pathname === "/");
});

test("the drawer holds the keyboard while it is open, and gives it back", async ({ page, isMobile }) => {
  test.skip(!isMobile, "for narrow screens");
  await page.goto("/signup");
  await hydrated(page);
  await page.getByLabel("Email").fill(newEmail());
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/chat");
  await hydrated(page);
  const open = page.getByRole("button", { name: "Open conversations" });
  await open.focus();
  await page.keyboard.press("Enter");
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => !document.activeElement!.closest("#main"))).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(open).toBeFocused();
});
