import { expect, type Locator, type Page } from "@playwright/test";
import { action, answers, body, ended, hydrated, lengthen, questions, send, signUp, stored, test } from "./support";

/** Somebody new, on the page of a new chat. */
async function begin(page: Page) {
  await signUp(page);
  await hydrated(page);
}

/** Has the demo model say exactly this. */
async function told(page: Page, text: string): Promise<Locator> {
  await send(page, `Say it. [[say: ${text}]]`);
  return ended(page);
}

function scroller(page: Page): Locator {
  return page.locator(".scroller");
}

function jump(page: Page): Locator {
  return page.getByRole("button", { name: "Jump to latest" });
}

/** How far the end of the log is below what is seen, in pixels. */
async function toEnd(page: Page): Promise<number> {
  return scroller(page).evaluate((e) => Math.round(e.scrollHeight - e.clientHeight - e.scrollTop));
}

async function scrollBy(page: Page, by: number): Promise<number> {
  return scroller(page).evaluate((e, by) => {
    e.scrollTop += by;
    return e.scrollTop;
  }, by);
}

/** Waits until more of the answer has come. */
async function goesOn(page: Page, by = 300) {
  const prose = answers(page).last().locator(".prose");
  const length = (await prose.innerText()).length;
  await expect.poll(async () => (await prose.innerText()).length).toBeGreaterThan(length + by);
}

async function noSidewaysScroll(page: Page) {
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(content).toBeLessThanOrEqual(view);
}

const code = (lines: number) => `\`\`\`python\n${Array.from({ length: lines }, (_, n) => `print(${n + 1})`).join("\n")}\n\`\`\``;

test("an answer and a message are copied exactly as they were written", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await begin(page);
  const said = "# Title\n\n**Bold** and `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$x^2$ <b>raw</b>";
  const answer = await told(page, said);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  // The page holds only what the text renders to.
  expect(await answer.innerHTML()).not.toContain("**Bold**");
  await action(answer, "Copy answer").click();
  await expect(page.getByText("Copied", { exact: true })).toBeAttached();
  expect(await clipboard()).toBe(await stored(answer));
  expect((await clipboard()).trim()).toBe(said);
  await action(questions(page), "Copy message").click();
  await expect.poll(clipboard).toBe(`Say it. [[say: ${said}]]`);
});

test("what cannot be copied says so", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await begin(page);
  const answer = await told(page, "one");
  await context.setOffline(true);
  await action(answer, "Copy answer").click();
  await expect(page.getByText("Not copied", { exact: true })).toBeAttached();
  await expect(page.getByRole("status").filter({ hasText: /could not be reached/i })).toBeVisible();
  await context.setOffline(false);
});

test.describe("in Tokyo", () => {
  test.use({ timezoneId: "Asia/Tokyo" });

  test("time and model are told when asked for, by keyboard and by touch", async ({ page, isMobile }) => {
    await begin(page);
    const answer = await told(page, "one");
    const about = answer.locator(".about");
    const time = about.locator("time");
    await expect(time).toBeHidden();
    const summary = about.locator("summary");
    await expect(summary).toHaveAccessibleName("Details");
    if (isMobile) await summary.tap();
    else {
      await summary.focus();
      await page.keyboard.press("Enter");
    }
    await expect(about).toContainText("demo");
    const at = await time.getAttribute("datetime");
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*Z$/);
    const there = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Tokyo" });
    await expect(time).toHaveText(there.format(new Date(at!)));
    if (isMobile) await questions(page).locator(".about summary").tap();
    else await questions(page).locator(".about summary").press("Enter");
    await expect(questions(page).locator("time")).toBeVisible();
  });
});

test("a wide table and a wide formula scroll inside themselves, by keyboard too", async ({ page }) => {
  await begin(page);
  const row = (cell: string) => `|${Array.from({ length: 14 }, (_, n) => `${cell}${n}`).join("|")}|`;
  const sum = Array.from({ length: 60 }, (_, n) => `x_{${n}}`).join(" + ");
  const answer = await told(page, `${row("column ")}\n${row("---").replace(/\d/g, "")}\n${row("value ")}\n\n$$\n${sum}\n$$\n\nand $${sum}$ inline`);
  await noSidewaysScroll(page);
  for (const [name, count] of [["Table", 1], ["Formula", 2]] as const) {
    const places = answer.getByRole("group", { name });
    await expect(places).toHaveCount(count);
    for (const place of await places.all()) {
      expect(await place.evaluate((e) => e.scrollWidth > e.clientWidth), name).toBe(true);
      await place.focus();
      await expect(place).toBeFocused();
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => place.evaluate((e) => e.scrollLeft), name).toBeGreaterThan(0);
    }
  }
});

test("long code folds, unfolds by keyboard, and is copied whole", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await begin(page);
  const answer = await told(page, `${code(40)}\n\nand\n\n${code(60)}`);
  const figures = answer.locator("figure.code");
  const height = (at: number) => figures.nth(at).locator("pre").evaluate((e) => e.clientHeight);
  await page.reload();
  await hydrated(page);
  await expect(figures.first().locator("details")).toHaveCount(0);
  const [short, folded] = [await height(0), await height(1)];
  expect(folded).toBeLessThan(short);
  await figures.last().getByRole("button", { name: "Copy", exact: true }).click();
  await expect(figures.last().getByText("Copied")).toBeVisible();
  expect((await page.evaluate(() => navigator.clipboard.readText())).trim().split("\n")).toHaveLength(60);
  const summary = figures.last().locator("summary");
  await expect(summary).toHaveText(/Show all 60 lines/);
  await summary.focus();
  await page.keyboard.press("Enter");
  expect(await height(1)).toBeGreaterThan(short);
  await expect(summary.getByText("Show less")).toBeVisible();
  await page.keyboard.press("Enter");
  expect(await height(1)).toBe(folded);
});

test("code that is read while it is written does not fold under the reader's eyes", async ({ page }) => {
  await begin(page);
  await send(page, `Go [[speed: 150]] [[say: ${code(60)}]]`);
  const pre = answers(page).locator("pre");
  // Before the end has come, more than is shown of folded code.
  await expect(pre).toContainText("print(45)");
  const answer = await ended(page);
  const whole = await pre.evaluate((e) => e.clientHeight);
  expect(whole).toBeGreaterThan(60 * 20);
  await answer.locator(".fold summary").press("Enter");
  expect(await pre.evaluate((e) => e.clientHeight)).toBeLessThan(whole / 2);
});

test("what the reader has selected of an answer stays selected while it is written", async ({ page }) => {
  await begin(page);
  await send(page, "Go on [[tokens: 400]] [[speed: 60]]");
  const first = answers(page).locator(".block p").first();
  await expect(first).toContainText("The demo model");
  await first.evaluate((p) => {
    const range = document.createRange();
    range.setStart(p.firstChild!, 0);
    range.setEnd(p.firstChild!, 14);
    getSelection()!.removeAllRanges();
    getSelection()!.addRange(range);
  });
  await goesOn(page);
  expect(await page.evaluate(() => getSelection()!.toString())).toBe("The demo model");
});

test("one's own message is there before the server has answered", async ({ page }) => {
  await begin(page);
  let answer = () => {};
  const asked = new Promise<void>((done) => (answer = done));
  await page.route("**/api/fn/chat/send", async (route) => {
    await asked;
    await route.continue();
  });
  await send(page, "said *at once* [[say: yes]]");
  await expect(questions(page).locator(".text")).toHaveText("said *at once* [[say: yes]]");
  await expect(questions(page)).toHaveAttribute("data-pending", "");
  await expect(body(page)).toHaveValue("");
  answer();
  await ended(page);
  await expect(questions(page)).toHaveCount(1);
  await expect(questions(page)).not.toHaveAttribute("data-pending", "");
});

test("an edited message is there before the server has answered, and its editor comes back when it is refused", async ({ page }) => {
  await begin(page);
  await told(page, "one");
  let answer = () => {};
  let asked = new Promise<void>((done) => (answer = done));
  let refuse = true;
  await page.route("**/api/fn/chat/edit", async (route) => {
    await asked;
    if (!refuse) return route.continue();
    await route.fulfill({ status: 429, contentType: "application/json", body: JSON.stringify({ kind: "too_many", message: "Wait a minute." }) });
  });
  const field = page.getByRole("textbox", { name: "Edit message" });
  const said = questions(page).locator(".text");
  await action(questions(page), "Edit").click();
  await field.fill("instead [[say: two]]");
  await page.getByRole("button", { name: "Save & send" }).click();
  await expect(said).toHaveText("instead [[say: two]]");
  await expect(said).toBeVisible();
  await expect(field).toBeHidden();
  answer();
  await expect(field).toHaveValue("instead [[say: two]]");
  await expect(page.getByRole("alert").filter({ hasText: "Wait a minute." })).toBeVisible();
  asked = new Promise<void>((done) => (answer = done));
  refuse = false;
  await page.getByRole("button", { name: "Save & send" }).click();
  await expect(said).toBeVisible();
  answer();
  await expect(answers(page).locator(".prose")).toHaveText("two");
  await expect(questions(page)).toHaveCount(1);
});

test("a message that was refused goes back into the composer, with the reason", async ({ page }) => {
  await begin(page);
  await told(page, "one");
  await page.route("**/api/fn/chat/send", (route) =>
    route.fulfill({ status: 429, contentType: "application/json", body: JSON.stringify({ kind: "too_many", message: "Wait a minute." }) }));
  await send(page, "one too many");
  await expect(page.getByRole("alert")).toHaveText("Wait a minute.");
  await expect(body(page)).toHaveValue("one too many");
  await expect(questions(page)).toHaveCount(1);
  await expect(page.locator("[data-pending]")).toHaveCount(0);
});

test("a message said from the middle of a conversation is there at once, too", async ({ page }) => {
  await begin(page);
  await told(page, "one");
  const ids = lengthen(page, 300);
  const id = ids[100];
  await page.goto(`${new URL(page.url()).pathname}?message=${id}#m-${id}`);
  await hydrated(page);
  let answer = () => {};
  const asked = new Promise<void>((done) => (answer = done));
  await page.route("**/api/fn/chat/latest?*", async (route) => {
    await asked;
    await route.continue();
  });
  await send(page, "said at once [[say: yes]]");
  await expect(questions(page).last().locator(".text")).toHaveText("said at once [[say: yes]]");
  await expect(questions(page).last()).toBeInViewport();
  answer();
  await expect(answers(page).last().locator(".prose")).toHaveText("yes");
  await expect(page.locator(`#m-${ids[299]}`)).toBeAttached();
});

test("a long chat opens at its end, and nothing that is seen moves while what is above is laid out", async ({ page }) => {
  await begin(page);
  await told(page, "one");
  lengthen(page, 50);
  await page.addInitScript(() => {
    (window as any).moved = 0;
    // A browser that paints before the page has come whole shows its beginning for a moment: what counts is what
    // moves once the page stands at its end.
    let from = Infinity;
    const begin = () => requestAnimationFrame(() => requestAnimationFrame(() => (from = performance.now())));
    document.addEventListener("scroll", begin, { capture: true, once: true });
    new PerformanceObserver((list) => list.getEntries().forEach((e: any) => ((window as any).moved += e.startTime > from ? e.value : 0)))
      .observe({ type: "layout-shift", buffered: true });
  });
  await page.reload();
  // What is far above waits, where there is JavaScript to come back to it.
  const html = await (await page.request.get(page.url())).text();
  expect(html.match(/data-above/g)!.length).toBeGreaterThan(10);
  await hydrated(page);
  expect(await toEnd(page)).toBeLessThanOrEqual(1);
  await expect(page.locator("article").last()).toBeInViewport();
  expect(await page.evaluate(() => (window as any).moved)).toBeLessThan(0.01);
});

test("sending brings the question to the top, and leaves room for the answer", async ({ page }) => {
  await begin(page);
  await told(page, "one");
  lengthen(page, 40);
  await page.reload();
  await hydrated(page);
  const below = () => questions(page).last().evaluate((e) =>
    Math.round(e.getBoundingClientRect().top - document.querySelector(".scroller")!.getBoundingClientRect().top));
  const isAtTop = () => below().then((top) => top >= 0 && top <= 24);
  await send(page, "to the top [[say: short]]");
  await expect.poll(isAtTop).toBe(true);
  // It stays there as long as the answer has room.
  await expect((await ended(page)).locator(".prose")).toHaveText("short");
  await expect.poll(isAtTop).toBe(true);
  await expect.poll(() => toEnd(page)).toBeLessThanOrEqual(1);
  // Of a longer one the end is followed.
  await send(page, "to the top, too [[tokens: 2000]] [[speed: 60]]");
  await expect.poll(isAtTop).toBe(true);
  await expect.poll(below, { timeout: 60_000 }).toBeLessThan(-50);
  await expect.poll(() => toEnd(page)).toBeLessThanOrEqual(40);
  await page.getByRole("button", { name: "Stop" }).click();
  await ended(page, "stopped");
});

test("the end lets go at a scroll of 4 pixels and takes hold again only at the end or by the button", async ({ page, isMobile }) => {
  await begin(page);
  await told(page, "one");
  lengthen(page, 40);
  await page.reload();
  await hydrated(page);
  await send(page, "Count [[tokens: 9000]] [[speed: 150]]");
  const height = () => scroller(page).evaluate((e) => e.scrollHeight);
  const before = await height();
  await expect.poll(height, { timeout: 20_000 }).toBeGreaterThan(before + 100);
  // Less than that is no wish to leave.
  await scrollBy(page, -3);
  await goesOn(page);
  await expect.poll(() => toEnd(page)).toBeLessThanOrEqual(1);
  await expect(jump(page)).toBeHidden();

  const top = await scrollBy(page, -4);
  await expect(jump(page)).toBeVisible();
  await goesOn(page);
  expect(await scroller(page).evaluate((e) => e.scrollTop)).toBe(top);
  // Further down, but not to the end.
  const lower = await scrollBy(page, 2);
  await goesOn(page);
  await expect(jump(page)).toBeVisible();
  expect(await scroller(page).evaluate((e) => e.scrollTop)).toBe(lower);

  await scrollBy(page, 1_000_000);
  await expect(jump(page)).toBeHidden();
  await goesOn(page);
  await expect.poll(() => toEnd(page)).toBeLessThanOrEqual(40);

  await scrollBy(page, -200);
  await expect(jump(page)).toBeVisible();
  await jump(page).press("Enter");
  await expect(jump(page)).toBeHidden();
  if (!isMobile) await expect(body(page)).toBeFocused();
  await goesOn(page);
  await expect.poll(() => toEnd(page)).toBeLessThanOrEqual(40);
  await page.getByRole("button", { name: "Stop" }).click();
  await ended(page, "stopped");
});

test("a wheel lets go, too, while the answer is being written", async ({ page, isMobile }) => {
  test.skip(isMobile, "no wheel");
  await begin(page);
  await told(page, "one");
  lengthen(page, 40);
  await page.reload();
  await hydrated(page);
  await send(page, "Count [[tokens: 9000]] [[speed: 150]]");
  await expect(answers(page).last().locator(".prose")).toHaveText(/\w+ \w+/);
  await scroller(page).hover();
  await page.mouse.wheel(0, -120);
  await expect(jump(page)).toBeVisible();
  await goesOn(page);
  await expect(jump(page)).toBeVisible();
  await page.getByRole("button", { name: "Stop" }).click();
  await ended(page, "stopped");
});

test("an answer is read out by finished blocks, at most once in 3 seconds, and the log is silent", async ({ page }) => {
  await begin(page);
  await expect(page.locator("[role=log]")).toHaveAttribute("aria-live", "off");
  await expect(page.locator("#announcer")).toHaveAttribute("aria-live", "polite");
  await page.evaluate(() => {
    const place = document.getElementById("announcer")!;
    const heard: { at: number; text: string }[] = ((window as any).heard = []);
    new MutationObserver(() => {
      if (place.textContent) heard.push({ at: performance.now(), text: place.textContent });
    }).observe(place, { childList: true, characterData: true, subtree: true });
  });
  await send(page, "Go on [[tokens: 500]] [[speed: 80]]");
  const answer = await ended(page);
  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  const heard = () => page.evaluate(() => (window as any).heard as { at: number; text: string }[]);
  const whole = plain(await answer.locator(".prose").innerText());
  await expect.poll(async () => plain((await heard()).map((one) => one.text).join(" "))).toBe(whole);
  const times = (await heard()).map((one) => one.at);
  expect(times.length).toBeGreaterThan(1);
  for (let n = 1; n < times.length; n += 1) expect(times[n] - times[n - 1]).toBeGreaterThanOrEqual(3_000);
});

test("how an answer ended is read out when it did not simply end", async ({ page }) => {
  await begin(page);
  await send(page, "Please [[fault: status=500]]");
  await ended(page, "failed");
  await expect(page.locator("p[aria-live=polite]")).toHaveText(/provider had a failure/i);
});

test("right-to-left text runs right to left, and code from left to right", async ({ page }) => {
  await begin(page);
  const answer = await told(page, [
    "שלום `a(b) != c;` עולם", "", "- אחת", "- שתיים", "", "1. `git` מרחבא", "", "> ציטוט", "",
    "| שם | מחיר |", "|---|---|", "| תפוח | 3 |", "", "- one", "- two", "", "```js", "let x = 'שלום';", "```",
  ].join("\n"));
  const left = (locator: Locator) => locator.evaluate((e) => e.getBoundingClientRect().left);
  await expect(answer.locator("p").first()).toHaveCSS("direction", "rtl");
  await expect(answer.locator("ul").first()).toHaveCSS("direction", "rtl");
  await expect(answer.locator("li").first()).toHaveCSS("direction", "rtl");
  await expect(answer.locator("ol")).toHaveCSS("direction", "rtl");
  await expect(answer.locator("blockquote")).toHaveCSS("direction", "rtl");
  expect(await answer.locator("blockquote").evaluate((e) => getComputedStyle(e).borderRightWidth)).not.toBe("0px");
  await expect(answer.locator("ul").last()).toHaveCSS("direction", "ltr");
  // The first column is the rightmost one, and its cells stand on the right.
  expect(await left(answer.locator("th").first())).toBeGreaterThan(await left(answer.locator("th").last()));
  expect(await answer.locator("td").last().evaluate((e) => getComputedStyle(e).textAlign)).toBe("right");
  for (const code of await answer.locator("code").all()) await expect(code).toHaveCSS("direction", "ltr");
  await send(page, "שלום\nand English [[say: כן]]");
  await expect(questions(page).last().locator(".text")).toHaveCSS("direction", "rtl");
  await expect((await ended(page)).locator("p").first()).toHaveCSS("direction", "rtl");
});
