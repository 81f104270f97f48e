import { expect } from "@playwright/test";
import { line } from "./line";
import { answers, blocks, body, ended, hydrated, send, signUp, stored, test, traffic } from "./support";

test("Stop ends the provider's request and keeps what arrived", async ({ page, request }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "Count for a long time [[tokens: 5000]] [[speed: 40]]");
  const answer = answers(page).last();
  await expect(answer.locator(".prose")).toHaveText(/\w+ \w+ \w+/);
  const before = await traffic(request);
  await page.getByRole("button", { name: "Stop" }).click();
  await ended(page, "stopped");
  await expect.poll(async () => (await traffic(request)).disconnected).toBeGreaterThan(before.disconnected);
  const text = await answer.locator(".prose").innerText();
  expect(text.length).toBeGreaterThan(5);
  await page.reload();
  await expect(answers(page).last().locator(".prose")).toHaveText(text, { useInnerText: true });
  await expect(answers(page).last()).toHaveAttribute("data-status", "stopped");
});

test("a reload, a second tab and a closed tab change nothing about an answer", async ({ page, context }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "Go on [[tokens: 150]] [[speed: 50]]");
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/);
  await expect(answers(page).locator(".prose")).toHaveText(/\w+ \w+/);
  const second = await context.newPage();
  await second.goto(page.url());
  await page.reload();
  const [one, two] = [await ended(page), await ended(second)];
  const text = await one.locator(".prose").innerText();
  await expect(two.locator(".prose")).toHaveText(text, { useInnerText: true });

  await send(second, "And on [[tokens: 100]] [[speed: 50]]");
  await expect(answers(second)).toHaveCount(2);
  await second.close();
  await page.reload();
  await ended(page);
  await expect(answers(page)).toHaveCount(2);
});

test("a second device sees the same answer, byte for byte what is stored", async ({ page, context, browser }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "Go on [[tokens: 150]] [[speed: 50]]");
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/);
  await expect(answers(page).locator(".prose")).toHaveText(/\w+ \w+/);
  const device = await browser.newContext({ storageState: await context.storageState() });
  const phone = await device.newPage();
  await phone.goto(page.url());
  const [here, there] = [await ended(page), await ended(phone)];
  const html = await blocks(here);
  expect(await blocks(there)).toEqual(html);
  // The demo model says plain words, so that what is shown is what is stored.
  expect((await here.locator(".prose").innerText()).trim()).toBe((await stored(here)).trim());
  await phone.reload();
  await hydrated(phone);
  expect(await blocks(answers(phone))).toEqual(html);
  await device.close();
});

test("without a network for a while the page says so, and goes on by itself where it was", async ({ browser }) => {
  const network = await line();
  const context = await browser.newContext({ baseURL: network.url });
  const page = await context.newPage();
  await signUp(page);
  await hydrated(page);
  await send(page, "Go on [[tokens: 300]] [[speed: 50]]");
  await expect(answers(page).locator(".prose")).toHaveText(/\w+ \w+/);
  await network.cut();
  await expect(answers(page).locator(".status")).toHaveText("Reconnecting…");
  await expect(answers(page)).toHaveAttribute("data-status", "streaming");
  await network.mend();
  const answer = await ended(page);
  await expect(answer.locator(".status")).toBeEmpty();
  expect((await answer.locator(".prose").innerText()).trim()).toBe((await stored(answer)).trim());
  const html = await blocks(answer);
  await page.reload();
  await hydrated(page);
  expect(await blocks(answers(page))).toEqual(html);
  await context.close();
  await network.cut();
});

test("whoever is signed out while an answer is written is told so, and keeps the draft", async ({ browser }) => {
  const network = await line();
  const context = await browser.newContext({ baseURL: network.url });
  const page = await context.newPage();
  await signUp(page);
  await hydrated(page);
  await send(page, "Go on [[tokens: 2000]] [[speed: 40]]");
  await expect(answers(page).locator(".prose")).toHaveText(/\w+ \w+/);
  await body(page).fill("not sent yet");
  await context.clearCookies();
  await network.cut();
  await network.mend();
  await expect(answers(page).locator(".status")).toHaveText(/you have been signed out/i);
  await expect(body(page)).toHaveValue("not sent yet");
  const link = answers(page).getByRole("link", { name: "Sign in" });
  await expect(link).toHaveAttribute("href", /^\/login\?next=\/chat\/[0-9a-f-]{36}$/);
  await context.close();
  await network.cut();
});

test("when another model answers instead, the page says which", async ({ page }) => {
  await signUp(page);
  await hydrated(page);
  const step = (id: number, data: object) => `id: ${id}\nevent: step\ndata: ${JSON.stringify(data)}\n\n`;
  await page.route("**/events?from=*", (route) => route.fulfill({
    contentType: "text/event-stream",
    body: step(0, { kind: "model", name: "Second choice" }) + step(5, { kind: "block", index: 0, html: "<p>Hello</p>" })
      + step(5, { kind: "end", status: "complete", failure: null, blocks: 1 }),
  }));
  await send(page, "Hello [[tokens: 3]]");
  const answer = await ended(page);
  await expect(answer).toHaveAccessibleName("Second choice");
  await expect(answer.locator(".note")).toHaveText(/Second choice answers instead/);
  await expect(answer.locator(".prose")).toHaveText("Hello");
});

for (const [fault, words] of [
  ["[[fault: status=429 retry_after=60]]", /too many requests/i],
  ["[[fault: status=500]]", /provider had a failure/i],
  ["[[fault: cut after=5]]", /broke before the answer was complete/i],
  ["[[fault: malformed after=3]]", /could not be understood/i],
  ["[[fault: empty]]", /empty answer/i],
] as const) {
  test(`a provider's failure is told in plain words: ${fault}`, async ({ page }) => {
    await signUp(page);
    await hydrated(page);
    await send(page, `Please answer ${fault}`);
    const answer = await ended(page, "failed");
    await expect(answer.locator(".status")).toHaveText(words);
    await send(page, "And now properly");
    await ended(page);
  });
}
