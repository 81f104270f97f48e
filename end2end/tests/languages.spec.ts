import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { answers, body, ended, hydrated, newEmail, PASSWORD, questions, signUp, test } from "./support";

async function violations(page: Page) {
  const found = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}

/** Nothing wrong for axe, and nothing wider than the window, also on the narrowest phone. */
async function fits(page: Page, what: string) {
  expect(await violations(page), what).toEqual([]);
  const before = page.viewportSize()!;
  for (const width of [320, 768]) {
    await page.setViewportSize({ width, height: 800 });
    const wide = await page.evaluate(() => [...document.querySelectorAll("body *")]
      .filter((e) => e.checkVisibility() && !e.closest(".sr-only, .skip-link, pre, .table-scroll, .math-scroll"))
      .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
      .map((e) => e.outerHTML.slice(0, 90)));
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(sideways, `${what}, ${width} px: ${wide.slice(0, 3)}`).toBeLessThanOrEqual(0);
    // A label that does not fit into its button is cut, and makes no page wider.
    const cut = await page.evaluate(() => [...document.querySelectorAll("button, .btn, h1, h2, label, .menu-item")]
      .filter((e) => e.checkVisibility() && !e.closest(".sr-only, .conversations, .main-header"))
      .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
      .map((e) => e.outerHTML.slice(0, 120)));
    expect(cut, `${what}, ${width} px: cut`).toEqual([]);
  }
  await page.setViewportSize(before);
}

async function german(page: Page) {
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
}

async function signUpInGerman(page: Page) {
  await page.goto("/signup");
  await page.getByLabel("E-Mail-Adresse").fill(newEmail());
  await page.getByLabel("Passwort", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Registrieren" }).click();
  await page.waitForURL("**/chat");
  await hydrated(page);
}

test.describe("a browser that asks for German", () => {
  test.use({ locale: "de-AT" });

  test("gets German from the first page on, and English where a person chooses it", async ({ page }) => {
    await page.goto("/");
    await german(page);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("In Ruhe zu Ende denken, in guter Gesellschaft");
    await signUpInGerman(page);
    await german(page);
    await expect(page.getByRole("heading", { name: "Womit kann ich helfen?" })).toBeVisible();
    await body(page).fill("Hallo [[speed: 2000]] [[say: eins\n\n```js\nlet a;\n```\n\n| a |\n|---|\n| b |]]");
    await page.getByRole("button", { name: "Senden" }).click();
    const answer = await ended(page);
    await expect(questions(page)).toHaveAttribute("aria-label", "Sie");
    // As it was streamed, and as it is stored.
    for (const _ of ["streamed", "stored"]) {
      await expect(answer.getByRole("button", { name: "Kopieren", exact: true })).toBeVisible();
      await expect(answer.getByRole("group", { name: "Tabelle" })).toBeVisible();
      await expect(answer.getByRole("button", { name: "Noch einmal" })).toBeAttached();
      await page.reload();
      await hydrated(page);
    }
    await expect(page.locator(".conversations h2")).toHaveText("Heute");
    await answer.locator(".about summary").click();
    await expect(answer.locator("time")).toHaveText(/^\d\d\.\d\d\.\d{4}, \d\d:\d\d$/);
    await page.goto("/settings");
    await page.getByText("English", { exact: true }).click();
    await page.getByRole("button", { name: "Sprache ändern" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(page.getByRole("status").first()).toHaveText("Saved: this is your language now.");
    await page.goto("/chat");
    await hydrated(page);
    await expect(page.getByRole("heading", { name: "What can I help with?" })).toBeVisible();
    await expect(page.locator(".conversations h2")).toHaveText("Today");
  });

  test("shows German that fits and that axe has nothing against", async ({ page }) => {
    test.setTimeout(120_000);
    for (const path of ["/", "/login", "/signup", "/nirgends"]) {
      await page.goto(path);
      await german(page);
      await fits(page, path);
    }
    await page.goto("/signup");
    await page.getByLabel("E-Mail-Adresse").fill("somebody@example.org");
    await page.getByLabel("Passwort", { exact: true }).fill("passwordpassword");
    await page.getByRole("button", { name: "Registrieren" }).click();
    await expect(page.getByRole("alert")).toHaveText(/leicht zu erraten/);
    await fits(page, "/signup, refused");
    await signUpInGerman(page);
    await fits(page, "/chat");
    await body(page).fill("Hallo [[speed: 2000]] [[say: eins]]");
    await page.getByRole("button", { name: "Senden" }).click();
    await ended(page);
    await body(page).fill("Bitte [[fault: status=500]]");
    await page.getByRole("button", { name: "Senden" }).click();
    await ended(page, "failed");
    await expect(answers(page).last().locator(".status")).toHaveText(/^Beim Anbieter des Modells/);
    await fits(page, "a conversation");
    await page.goto("/settings");
    await hydrated(page);
    await fits(page, "/settings");
  });

  test("counts and dates as Germans do", async ({ page }) => {
    await signUpInGerman(page);
    await body(page).fill("x".repeat(50_001));
    await expect(page.locator("#composer-size")).toHaveText(/^1 Zeichen zu viel/);
    await body(page).fill("x ".repeat(24_000));
    await expect(page.locator("#composer-size")).toHaveText(/\d\d\.\d{3} (von|Tokens)/);
  });

  test("says in German what goes wrong on the way", async ({ page, context }) => {
    await signUpInGerman(page);
    await context.setOffline(true);
    await expect(page.locator("#banner")).toHaveText("Sie sind offline. Was Sie schreiben, bleibt auf diesem Gerät erhalten.");
    await context.setOffline(false);
    await expect(page.locator("#banner")).toBeEmpty();
  });

  test("names what the keyboard does", async ({ page, isMobile }) => {
    test.skip(isMobile, "no keyboard");
    await signUpInGerman(page);
    await page.locator("main").click({ position: { x: 5, y: 5 } });
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("heading")).toHaveText("Tastenkürzel");
    await expect(dialog).toContainText("Seitenleiste ein- oder ausblenden");
    await expect(dialog).toContainText("Strg+K");
    await fits(page, "the shortcuts");
  });
});

test("a visitor chooses a language where they are, and keeps it", async ({ page }) => {
  await page.goto("/login");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await german(page);
  await page.goto("/");
  await german(page);
  await page.getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("right to left stays right to left in a German page", async ({ page }) => {
  await signUp(page);
  await page.goto("/settings");
  await page.getByText("Deutsch", { exact: true }).click();
  await page.getByRole("button", { name: "Change language" }).click();
  await german(page);
  await page.goto("/chat");
  await hydrated(page);
  await body(page).fill("שלום [[speed: 2000]] [[say: - אחת\n- שתיים]]");
  await page.getByRole("button", { name: "Senden" }).click();
  await ended(page);
  await expect(answers(page).locator("ul")).toHaveCSS("direction", "rtl");
  await expect(questions(page).locator(".text")).toHaveCSS("direction", "rtl");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a language is chosen by forms alone", async ({ page }) => {
    await page.goto("/signup");
    await page.getByRole("button", { name: "Deutsch" }).click();
    await german(page);
    await page.getByLabel("E-Mail-Adresse").fill(newEmail());
    await page.getByLabel("Passwort", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Registrieren" }).click();
    await page.waitForURL("**/chat");
    await german(page);
    await page.goto("/settings");
    await page.getByText("English", { exact: true }).click();
    await page.getByRole("button", { name: "Sprache ändern" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await page.getByText("As the browser asks").click();
    await page.getByRole("button", { name: "Change language" }).click();
    await expect(page.getByLabel("As the browser asks")).toBeChecked();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
  });
});
