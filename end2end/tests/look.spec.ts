import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { action, answers, body, ended, hydrated, questions, send, signUp, test } from "./support";

async function violations(page: Page) {
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}

async function noSidewaysScroll(page: Page) {
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(content).toBeLessThanOrEqual(view);
}

test("at 320 pixels no page scrolls sideways", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  for (const path of ["/", "/login", "/signup", "/nowhere"]) {
    await page.goto(path);
    await noSidewaysScroll(page);
  }
  await signUp(page);
  await hydrated(page);
  await noSidewaysScroll(page);
  const wide = "a-word-that-is-too-long-for-a-phone-".repeat(8);
  await send(page, `${wide} [[say: ${wide}\n\n| ${wide} | b |\n|---|---|\n| 1 | ${wide} |\n\n\`\`\`\n${wide}\n\`\`\`\n\n$$${"x + ".repeat(80)}y$$]]`);
  await ended(page);
  await noSidewaysScroll(page);
  await page.goto("/settings");
  await noSidewaysScroll(page);
});

for (const scheme of ["light", "dark"] as const) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme });

    test("no page has an accessibility violation or scrolls sideways", async ({ page }) => {
      for (const path of ["/", "/login", "/signup", "/nowhere"]) {
        await page.goto(path);
        expect(await violations(page), path).toEqual([]);
        await noSidewaysScroll(page);
      }
      await signUp(page);
      await hydrated(page);
      expect(await violations(page), "/chat").toEqual([]);
      await send(page, "Show me [[say: # A heading\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nprint('a very long line that does not fit on a phone at all, not even sideways')\n```\n\n- [x] done]]");
      await ended(page);
      expect(await violations(page), "a conversation").toEqual([]);
      await noSidewaysScroll(page);
      await page.goto("/settings");
      expect(await violations(page), "/settings").toEqual([]);
      await noSidewaysScroll(page);
    });

    test("no state of a message has an accessibility violation or scrolls sideways", async ({ page }) => {
      await signUp(page);
      await hydrated(page);
      await send(page, "first [[say: one]]");
      await ended(page);
      await action(answers(page), "Try again").click();
      await expect(answers(page).getByText("2 of 2")).toBeAttached();
      const answer = await ended(page);
      await answer.hover();
      expect(await violations(page), "versions").toEqual([]);
      await send(page, "Count [[tokens: 5000]] [[speed: 40]]");
      await expect(answers(page).last().locator(".prose")).toHaveText(/\w+ \w+/);
      expect(await violations(page), "being written").toEqual([]);
      await page.getByRole("button", { name: "Stop" }).click();
      await ended(page, "stopped");
      expect(await violations(page), "stopped").toEqual([]);
      await send(page, "Please [[fault: status=500]]");
      await ended(page, "failed");
      // What to do about it is there without pointing at it.
      await body(page).hover();
      await expect(action(answers(page).last(), "Try again")).not.toHaveCSS("color", "rgba(0, 0, 0, 0)");
      expect(await violations(page), "failed").toEqual([]);
      await noSidewaysScroll(page);
      await action(questions(page).last(), "Edit").click();
      await page.getByRole("textbox", { name: "Edit message" }).fill("  ");
      await page.getByRole("button", { name: "Save & send" }).click();
      await expect(page.locator(".field-error")).toBeVisible();
      expect(await violations(page), "an edit that was refused").toEqual([]);
      await noSidewaysScroll(page);
      const id = (await answers(page).first().getAttribute("id"))!.slice(2);
      await page.goto(`${new URL(page.url()).pathname}?message=${id}#m-${id}`);
      await hydrated(page);
      expect(await violations(page), "a marked message").toEqual([]);
    });

    test("the page follows the device's colours", async ({ page }) => {
      await page.goto("/");
      // A canvas turns any colour space into sRGB.
      const lightness = await page.evaluate(() => {
        const paint = document.createElement("canvas").getContext("2d")!;
        paint.fillStyle = getComputedStyle(document.body).backgroundColor;
        paint.fillRect(0, 0, 1, 1);
        return paint.getImageData(0, 0, 1, 1).data[0] / 255;
      });
      expect(lightness > 0.5).toBe(scheme === "light");
    });
  });
}

test("a chosen theme wins over the device's and stays", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await signUp(page);
  await page.goto("/settings");
  await hydrated(page);
  await page.getByLabel("Dark").check({ force: true });
  await expect(page.locator("html")).toHaveAttribute("data-theme", /dark/);
  await page.goto("/chat");
  await expect(page.locator("html")).toHaveAttribute("data-theme", /dark/);
});

test("on a phone the composer is in view, and the list is a drawer", async ({ page, isMobile }) => {
  test.skip(!isMobile, "for phones");
  await signUp(page);
  await hydrated(page);
  await expect(body(page)).toBeInViewport();
  await send(page, "Hello [[tokens: 200]] [[speed: 400]]");
  await ended(page);
  await expect(body(page)).toBeInViewport();
  await expect(answers(page).last()).toBeInViewport();
  const newChat = page.getByRole("link", { name: "New chat" }).first();
  await page.getByRole("button", { name: /conversations|menu|sidebar/i }).first().click();
  await expect(newChat).toBeInViewport();
  await page.keyboard.press("Escape");
  await expect(newChat).not.toBeInViewport();
});

test("a keyboard that lies above the page does not cover the composer", async ({ page, isMobile }) => {
  test.skip(!isMobile, "for phones");
  // As in Safari on iOS: only the visual viewport gets smaller (CSSOM View, section 12).
  await page.addInitScript(() => {
    let covered = 0;
    const view = Object.assign(new EventTarget(), { scale: 1 });
    Object.defineProperty(view, "height", { get: () => innerHeight - covered });
    Object.defineProperty(window, "visualViewport", { value: view });
    const openKeyboard = (height: number) => {
      covered = height;
      view.dispatchEvent(new Event("resize"));
    };
    Object.assign(window, { openKeyboard });
  });
  await signUp(page);
  await hydrated(page);
  await send(page, "Hello [[tokens: 400]] [[speed: 4000]]");
  const answer = await ended(page);
  await page.evaluate("openKeyboard(320)");
  const bottom = () => page.locator(".composer").evaluate((composer) => innerHeight - composer.getBoundingClientRect().bottom);
  await expect.poll(bottom).toBeGreaterThanOrEqual(320);
  // The end of the answer is still there to be read.
  const end = await answer.locator(".actions").evaluate((actions) => actions.getBoundingClientRect().top);
  expect(end).toBeLessThan(page.viewportSize()!.height - 320);
  await page.evaluate("openKeyboard(0)");
  await expect.poll(bottom).toBeLessThan(60);
});

test("the style guide shows both themes beside each other, without a violation", async ({ page }) => {
  await page.goto("/dev/styleguide");
  await page.locator("html[data-states]").waitFor();
  const grounds = await page.locator("#controls .guide-side").evaluateAll((all) => all.slice(0, 2).map((side) => getComputedStyle(side).backgroundColor));
  expect(new Set(grounds).size).toBe(2);
  const found = await new AxeBuilder({ page }).withRules(["color-contrast"]).exclude("#colours").exclude("[disabled]").analyze();
  expect(found.violations.flatMap((v) => v.nodes.map((n) => n.target.join(" ")))).toEqual([]);
  await noSidewaysScroll(page);
});

test("the first load of chat stays within 250 KB, compressed, all included", async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signUp(page);
  // The page after the form loads the bundle too: that is not what is counted.
  await hydrated(page);
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  let bytes = 0;
  cdp.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.goto("/chat", { waitUntil: "networkidle" });
  await hydrated(page);
  console.log(`first load of chat: ${bytes} bytes`);
  expect(bytes).toBeLessThanOrEqual(250_000);
});
