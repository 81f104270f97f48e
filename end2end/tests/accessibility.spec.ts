import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { action, answers, body, ended, hydrated, questions, send, signUp, test } from "./support";

const THEMES = ["light", "dark"] as const;
const NARROW = [320, 768];
const WIDTHS = [...NARROW, 1440];

// Widths are chosen here, so one project is enough. Nothing moves: a colour half-way is no colour.
test.use({ contextOptions: { reducedMotion: "reduce" } });
test.beforeEach(({ isMobile }) => {
  test.skip(isMobile, "chooses its own widths");
  test.setTimeout(180_000);
});

/** Everything that axe knows, on what is shown, in both themes and at all widths. */
async function clean(page: Page, what: string, widths = WIDTHS, without: string[] = []) {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      const where = `${what}, ${colorScheme}, ${width} px`;
      const axe = new AxeBuilder({ page }).setLegacyMode()
        .options({ resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })
        .disableRules(without);
      const { violations } = await axe.analyze();
      expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`), where).toEqual([]);
      const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(content, `${where}: sideways`).toBeLessThanOrEqual(view);
    }
  }
}

/** What every page has: a language, a title, one first heading, one main part, and a way to it. */
async function frame(page: Page, what: string) {
  await expect(page.locator("html"), what).toHaveAttribute("lang", /^[a-z]{2}/);
  await expect(page, what).toHaveTitle(/\S/);
  await expect(page.getByRole("main"), what).toHaveCount(1);
  await expect(page.getByRole("heading", { level: 1 }), what).toHaveCount(1);
  // Zoom is never disabled (WCAG 1.4.4).
  const viewport = await page.locator("meta[name=viewport]").getAttribute("content");
  expect(viewport, what).not.toMatch(/user-scalable|maximum-scale/);
  const levels = await page.locator("h1, h2, h3, h4, h5, h6").evaluateAll((all) =>
    all.filter((h) => h.checkVisibility() && !h.closest(".prose, nav")).map((h) => Number(h.tagName[1])));
  levels.reduce((before, level) => {
    expect(level, `${what}: headings ${levels}`).toBeLessThanOrEqual(before + 1);
    return level;
  }, 0);
  const skip = page.getByRole("link", { name: "Skip to content" });
  await skip.focus();
  await expect(skip, what).toBeInViewport();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const inside = await page.evaluate(() => !!document.activeElement?.closest("main") || document.activeElement === document.body);
  expect(inside, `${what}: the skip link leads into the main part`).toBe(true);
}

test("the pages that anybody can open have no violation", async ({ page }) => {
  for (const path of ["/", "/login", "/signup", "/nowhere"]) {
    await page.goto(path);
    await clean(page, path);
    await frame(page, path);
  }
});

test("a refused form has no violation, and says at the field what is wrong", async ({ page }) => {
  for (const [path, button, field] of [["/signup", "Sign up", "Password"], ["/login", "Sign in", null]] as const) {
    await page.goto(path);
    await page.getByLabel("Email").fill("somebody@example.org");
    await page.getByLabel("Password", { exact: true }).fill("passwordpassword");
    await page.getByRole("button", { name: button }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    if (field) {
      const refused = page.getByLabel(field, { exact: true });
      await expect(refused).toHaveAttribute("aria-invalid", "true");
      await expect(refused).toHaveAccessibleDescription(new RegExp((await page.getByRole("alert").innerText()).slice(0, 20)));
    }
    await clean(page, `${path}, refused`);
  }
});

test("the chat, a conversation and every state of a message have no violation", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await clean(page, "/chat");
  await frame(page, "/chat");
  const code = Array.from({ length: 50 }, (_, n) => `print(${n}, 'a line that is longer than a phone is wide')`).join("\n");
  await send(page, `Show me [[speed: 2000]] [[say: # A heading\n\n## Another\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n| c |\n|---|\n| 3 |\n\n\`\`\`python\n${code}\n\`\`\`\n\n- [x] done\n- two\n\n> quoted\n\n$$x_1 + x_2 + x_3 + x_4 + x_5 + x_6 + x_7 + x_8 + x_9$$\n\nשלום [link](https://x.org) \`code\`]]`);
  const answer = await ended(page);
  await answer.locator(".about summary").click();
  await clean(page, "a conversation");
  await action(answer, "Try again").click();
  await expect(answers(page).getByText("2 of 2")).toBeAttached();
  await ended(page);
  await clean(page, "versions");
  await send(page, "Count [[tokens: 20000]] [[speed: 20]]");
  await expect(answers(page).last().locator(".prose")).toHaveText(/\w+ \w+/);
  await clean(page, "being written");
  await page.getByRole("button", { name: "Stop" }).click();
  await ended(page, "stopped");
  await send(page, "Please [[fault: status=500]]");
  await ended(page, "failed");
  await clean(page, "stopped and failed");
  await frame(page, "a conversation");
});

test("menus, the editor and what was refused in the chat have no violation", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "first [[say: one]]");
  await ended(page);
  await action(questions(page), "Edit").click();
  await page.getByRole("textbox", { name: "Edit message" }).fill("  ");
  await page.getByRole("button", { name: "Save & send" }).click();
  await expect(page.getByRole("textbox", { name: "Edit message" })).toHaveAccessibleDescription(/write a message first/i);
  await clean(page, "an edit that was refused");
  await page.keyboard.press("Escape");
  await body(page).fill(" \u200b ");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(body(page)).toHaveAccessibleDescription(/write a message first/i);
  await clean(page, "a message that was refused");
  await page.locator(".account-button").click();
  await clean(page, "the account's menu", [1440]);
  await page.keyboard.press("Escape");
  const more = page.getByRole("button", { name: /^More for/ }).first();
  await more.click();
  await clean(page, "a conversation's menu", [1440]);
  await page.getByRole("button", { name: "Rename" }).click();
  await clean(page, "a new title", [1440]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.setViewportSize({ width: 320, height: 800 });
  await page.getByRole("button", { name: "Open conversations" }).click();
  // What lies behind an open drawer is inert, the main part and its heading too.
  const behind = ["landmark-one-main", "page-has-heading-one"];
  await clean(page, "the drawer", NARROW, behind);
  await more.click();
  await clean(page, "a menu in the drawer", NARROW, behind);
});

test("settings have no violation", async ({ page }) => {
  await signUp(page);
  await page.goto("/settings");
  await hydrated(page);
  await clean(page, "/settings");
  await frame(page, "/settings");
  await page.getByLabel(/current password/i).fill("not the password at all");
  await page.getByLabel(/new password/i).fill("short");
  await page.locator("form").evaluateAll((forms) => forms.forEach((form) => ((form as HTMLFormElement).noValidate = true)));
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await hydrated(page);
  await clean(page, "/settings, refused");
});

test("a message that the address leads to has no violation", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "first [[say: one]]");
  await ended(page);
  const id = (await answers(page).first().getAttribute("id"))!.slice(2);
  await page.goto(`${new URL(page.url()).pathname}?message=${id}#m-${id}`);
  await hydrated(page);
  await clean(page, "a marked message");
});

test("everything that can be pressed is at least 24 pixels wide and high", async ({ page }) => {
  const small = () => page.locator("button, a, summary, select, input:not([type=hidden])").evaluateAll((all) => all
    .filter((e) => e.checkVisibility({ opacityProperty: false }) && !e.closest(".sr-only, .skip-link"))
    // WCAG 2.5.8: a target in a line of text may be as high as the line.
    .filter((e) => !(e.matches("a") && getComputedStyle(e).display === "inline" && e.closest("p, .prose")))
    .map((e) => [e, (e.closest("label") ?? e).getBoundingClientRect()] as const)
    .filter(([, r]) => r.width > 0 && (r.width < 24 || r.height < 24))
    .map(([e, r]) => `${e.outerHTML.slice(0, 80)}: ${r.width} x ${r.height}`));
  for (const path of ["/", "/login", "/signup"]) {
    await page.goto(path);
    expect(await small(), path).toEqual([]);
  }
  await signUp(page);
  await hydrated(page);
  await send(page, "first [[say: ```js\nlet a;\n```\n\n- [x] done]]");
  await ended(page);
  await action(answers(page), "Try again").click();
  await expect(answers(page).getByText("2 of 2")).toBeAttached();
  await ended(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    expect((await small()).filter((one) => !one.includes("checkbox")), `a conversation, ${width} px`).toEqual([]);
  }
  await page.goto("/settings");
  expect(await small(), "/settings").toEqual([]);
});
