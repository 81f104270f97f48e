import { expect, type Page } from "@playwright/test";
import { answers, body, ended, hydrated, send, signUp, sql, test } from "./support";

/** Conversations of whoever is signed in, newest first. */
function conversations(email: string, titles: string[]): void {
  sql(`insert into conversations (id, user_id, title, titled_by_person, model_id, created_at, active_at)
       select gen_random_uuid(), u.id, t.title, true, (select id from models where is_default), now(), now() - t.n * interval '1 minute'
       from users u, unnest(array[${titles.map((title) => `'${title}'`).join(", ")}]) with ordinality as t(title, n)
       where u.email = '${email}'`);
}

function palette(page: Page) {
  return page.getByRole("dialog", { name: "Search chats and commands" });
}

async function opened(page: Page, titles: string[] = []): Promise<string> {
  const email = await signUp(page);
  if (titles.length) {
    conversations(email, titles);
    await page.reload();
  }
  await hydrated(page);
  return email;
}

test.describe("with a keyboard", () => {
  test.skip(({ isMobile }) => isMobile, "a phone has no such keyboard");

  test("a chat is found by words of its title among all, and opened, by the keyboard alone", async ({ page }) => {
    // More than the sidebar has loaded: the server searches.
    const others = Array.from({ length: 60 }, (_, n) => `Something else ${n}`);
    await opened(page, [...others, "Baking sourdough bread"]);
    await page.keyboard.press("ControlOrMeta+K");
    const field = page.getByRole("combobox", { name: "Search chats" });
    await expect(field).toBeFocused();
    await expect(palette(page).getByRole("option").first()).toHaveText("Something else 0");
    await page.keyboard.type("BREAD sour");
    const hits = palette(page).getByRole("group", { name: "Chats" }).getByRole("option");
    await expect(hits).toHaveText(["Baking sourdough bread"]);
    await expect(hits).toHaveAttribute("aria-selected", "true");
    await expect(field).toHaveAttribute("aria-activedescendant", (await hits.getAttribute("id"))!);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Baking sourdough bread");
  });

  test("the arrows go round the hits and the commands, and Escape leads back", async ({ page }) => {
    await opened(page, ["One", "Two"]);
    await page.keyboard.press("ControlOrMeta+K");
    const selected = palette(page).locator("[aria-selected=true]");
    await expect(selected).toHaveText("One");
    await page.keyboard.press("ArrowDown");
    await expect(selected).toHaveText("Two");
    await page.keyboard.press("ArrowDown");
    await expect(selected).toHaveText(/New chat/);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await expect(selected).toHaveText(/Keyboard shortcuts/);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(body(page)).toBeFocused();
  });

  test("a search that finds nothing says so, and one without a site says why", async ({ page, context }) => {
    await opened(page, ["One"]);
    await page.keyboard.press("ControlOrMeta+K");
    await page.keyboard.type("100%");
    await expect(palette(page).getByText("No chat’s title contains “100%”.")).toBeVisible();
    await context.setOffline(true);
    await page.keyboard.type("x");
    await expect(palette(page).getByText(/could not be reached/)).toBeVisible();
    await context.setOffline(false);
    await page.keyboard.press("Backspace");
    await expect(palette(page).getByText("No chat’s title contains “100%”.")).toBeVisible();
  });

  test("a title is shown as it is, whatever is in it", async ({ page }) => {
    await opened(page, ["<img src=x onerror=document.title=1> & co"]);
    await page.keyboard.press("ControlOrMeta+K");
    await page.keyboard.type("onerror");
    await expect(palette(page).getByRole("group", { name: "Chats" }).getByRole("option"))
      .toHaveText(["<img src=x onerror=document.title=1> & co"]);
    await expect(palette(page).locator("img")).toHaveCount(0);
  });

  test("the previous and the next chat, a new one, and the composer have keys", async ({ page }) => {
    await opened(page, ["One", "Two", "Three"]);
    const heading = page.getByRole("heading", { level: 1 });
    for (const title of ["One", "Two", "Three"]) {
      await page.keyboard.press("Alt+ArrowDown");
      await expect(heading).toHaveText(title);
      await hydrated(page);
    }
    // The last one stays.
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("Alt+ArrowUp");
    await expect(heading).toHaveText("Two");
    await hydrated(page);
    await page.getByRole("link", { name: "Two" }).focus();
    await page.keyboard.press("Shift+Escape");
    await expect(body(page)).toBeFocused();
    await page.keyboard.press("ControlOrMeta+Shift+O");
    await expect(heading).toHaveText("New chat");
  });

  test("Escape stops the answer, from within the composer too", async ({ page }) => {
    await opened(page);
    await send(page, "go on [[tokens: 600]] [[speed: 20]]");
    await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
    await expect(body(page)).toBeFocused();
    await page.keyboard.press("Escape");
    await ended(page, "stopped");
    await expect(body(page)).toBeFocused();
  });

  test("Escape closes what is open before it stops anything", async ({ page }) => {
    await opened(page);
    await send(page, "go on [[tokens: 600]] [[speed: 20]]");
    await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
    await page.keyboard.press("ControlOrMeta+K");
    await page.keyboard.press("Escape");
    await expect(palette(page)).toBeHidden();
    await expect(answers(page)).toHaveAttribute("data-status", "streaming");
    await page.keyboard.press("Escape");
    await ended(page, "stopped");
  });

  test("the last answer is copied", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await opened(page);
    await send(page, "[[say: forty-two]]");
    await ended(page);
    await page.keyboard.press("ControlOrMeta+Shift+C");
    await expect(page.getByText("Answer copied.")).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("forty-two");
  });

  test("the sidebar hides and stays hidden, and a button brings it back", async ({ page }) => {
    await opened(page);
    const list = page.getByRole("navigation", { name: "Conversations" });
    await page.keyboard.press("ControlOrMeta+Shift+S");
    await expect(list).toBeHidden();
    await page.reload();
    await hydrated(page);
    await expect(list).toBeHidden();
    await page.getByRole("button", { name: "Show sidebar" }).focus();
    await page.keyboard.press("Enter");
    await expect(list).toBeVisible();
    await expect(page.getByRole("button", { name: "Hide sidebar" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(list).toBeHidden();
    await expect(page.getByRole("button", { name: "Show sidebar" })).toBeFocused();
  });

  test("a key that writes does nothing else while somebody types", async ({ page }) => {
    await opened(page);
    await body(page).focus();
    await page.keyboard.type("why?");
    await expect(body(page)).toHaveValue("why?");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.getByRole("link", { name: "New chat" }).first().focus();
    await page.keyboard.type("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await expect(page.getByRole("dialog")).toContainText("Ctrl+K");
    await page.keyboard.type("?");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("shortcuts get other keys, none, and their first ones again", async ({ page }) => {
    await opened(page);
    await page.goto("/settings");
    await hydrated(page);
    const change = (name: string) => page.getByRole("button", { name: `Change the keys for: ${name}` });
    const section = page.locator("#shortcuts");
    const said = section.getByRole("status");
    await change("New chat").focus();
    await page.keyboard.press("Enter");
    await expect(said).toHaveText(/press the new keys/i);
    await page.keyboard.press("ControlOrMeta+K");
    await expect(said).toHaveText(/Ctrl\+K is taken by “Search chats”/);
    await page.keyboard.press("ControlOrMeta+V");
    await expect(said).toHaveText(/needed to copy/);
    await page.keyboard.press("n");
    await expect(said).toHaveText("New chat: N");
    await change("Keyboard shortcuts").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Backspace");
    await expect(said).toHaveText("Keyboard shortcuts: None");
    await page.goto("/chat");
    await hydrated(page);
    await page.getByRole("link", { name: "New chat" }).first().focus();
    await page.keyboard.type("?");
    await page.keyboard.press("n");
    await expect(body(page)).toBeFocused();
    await page.keyboard.type("no?");
    await expect(body(page)).toHaveValue("no?");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.goto("/settings");
    await hydrated(page);
    await expect(section.getByRole("listitem").first()).toContainText("N");
    await page.getByRole("button", { name: "Reset to defaults" }).click();
    await expect(section.getByRole("listitem").first()).toContainText("Ctrl+Shift+O");
  });

  test("Tab leaves the choice of keys, and Escape ends it", async ({ page }) => {
    await opened(page);
    await page.goto("/settings");
    await hydrated(page);
    const change = page.getByRole("button", { name: /^Change the keys for/ });
    await change.first().focus();
    await page.keyboard.press("Enter");
    await expect(change.first()).toHaveText("Press keys…");
    await page.keyboard.press("Tab");
    await expect(change.nth(1)).toBeFocused();
    await expect(change.first()).toHaveText("Change");
    await page.keyboard.press("Space");
    await expect(change.nth(1)).toHaveText("Press keys…");
    await page.keyboard.press("Escape");
    await expect(page.locator("#shortcuts").getByRole("status")).toHaveText("Nothing has changed.");
    await expect(change.nth(1)).toHaveText("Change");
  });

  test("shortcuts are switched off and on", async ({ page }) => {
    await opened(page);
    await page.goto("/settings");
    await hydrated(page);
    await page.getByLabel("Use keyboard shortcuts").uncheck();
    await page.goto("/chat");
    await hydrated(page);
    await page.keyboard.press("ControlOrMeta+K");
    await page.keyboard.press("Alt+ArrowDown");
    // The button is no shortcut.
    await page.getByRole("button", { name: "Search chats" }).click();
    await expect(palette(page)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(palette(page)).toBeHidden();
    await page.goto("/settings");
    await hydrated(page);
    await expect(page.getByLabel("Use keyboard shortcuts")).not.toBeChecked();
    await page.getByLabel("Use keyboard shortcuts").check();
    await page.goto("/chat");
    await hydrated(page);
    await page.keyboard.press("ControlOrMeta+K");
    await expect(palette(page)).toBeVisible();
  });
});

test("the search opens and closes by touch or mouse, and a hit is a link", async ({ page, isMobile }) => {
  await opened(page, ["Baking bread", "Other"]);
  if (isMobile) await page.getByRole("button", { name: "Open conversations" }).click();
  await page.getByRole("button", { name: "Search chats" }).click();
  await expect(palette(page)).toBeVisible();
  await page.getByRole("button", { name: "Close search" }).click();
  await expect(palette(page)).toBeHidden();
  if (isMobile) await page.getByRole("button", { name: "Open conversations" }).click();
  await page.getByRole("button", { name: "Search chats" }).click();
  await page.getByRole("combobox", { name: "Search chats" }).fill("bread");
  const hit = palette(page).getByRole("option", { name: "Baking bread" });
  await expect(hit).toHaveAttribute("href", /^\/chat\//);
  await hit.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Baking bread");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("chats are searched by a form in the sidebar", async ({ page, isMobile }) => {
    conversations(await signUp(page), ["Baking bread", "Other"]);
    const list = async () => {
      if (isMobile) await page.getByRole("button", { name: "Open conversations" }).click();
      return page.getByRole("navigation", { name: "Conversations" }).getByRole("link");
    };
    await page.goto("/chat");
    await list();
    await page.getByRole("searchbox", { name: "Search chats" }).fill("BREAD");
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForURL(/search=BREAD/);
    if (isMobile) await expect(page.getByText("1 chat with BREAD in the title.")).toBeVisible();
    await expect(await list()).toHaveText(["Baking bread"]);
    await page.getByRole("link", { name: "Show all" }).click();
    await expect(await list()).toHaveText(["Baking bread", "Other"]);
    // Nothing dead is shown.
    await expect(page.getByRole("button", { name: "Search chats" })).toHaveCount(0);
  });
});
