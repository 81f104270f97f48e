import { expect, test } from "@playwright/test";
import { answers, ended, hydrated, send, signUp, traffic } from "./support";

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

test("a connection that is lost picks up where it was", async ({ page, context }) => {
  await signUp(page);
  await hydrated(page);
  await send(page, "Go on [[tokens: 150]] [[speed: 40]]");
  await expect(answers(page).locator(".prose")).toHaveText(/\w+ \w+/);
  await context.setOffline(true);
  await expect(answers(page)).toHaveAttribute("data-status", "streaming");
  await context.setOffline(false);
  const answer = await ended(page);
  const text = await answer.locator(".prose").innerText();
  await page.reload();
  await expect(answers(page).locator(".prose")).toHaveText(text, { useInnerText: true });
});

for (const [fault, words] of [
  ["[[fault: status=429 retry_after=2]]", /too many requests/i],
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
