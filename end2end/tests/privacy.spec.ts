import { expect } from "@playwright/test";
import { answers, ended, hydrated, send, signUp, test } from "./support";

test("two people cannot see each other's chats", async ({ browser }) => {
  const [first, second] = [await browser.newContext(), await browser.newContext()];
  const [ada, eve] = [await first.newPage(), await second.newPage()];
  await signUp(ada);
  await hydrated(ada);
  await send(ada, "My secret garden");
  await ended(ada);
  const generation = await answers(ada).getAttribute("data-generation");
  const url = new URL(ada.url()).pathname;

  await signUp(eve);
  const page = await eve.goto(url);
  expect(page?.status()).toBe(404);
  await expect(eve.locator("body")).not.toContainText("secret garden");
  await expect(eve.getByRole("navigation").first()).not.toContainText(/secret/i);
  expect((await second.request.get(`/chat/generations/${generation}/events`)).status()).toBe(404);
  for (const [verb, field, value] of [
    ["stop", "generation_id", generation], ["delete", "conversation_id", url.split("/").pop()],
  ] as const) {
    const refused = await second.request.post(`/api/fn/chat/${verb}`, {
      form: { [field]: value ?? "" }, headers: { accept: "application/json" },
    });
    expect(refused.status(), verb).toBe(404);
  }

  const nobody = await browser.newContext();
  const stranger = await nobody.newPage();
  await stranger.goto(url);
  await expect(stranger).toHaveURL(/\/login/);
  expect((await nobody.request.get(`/chat/generations/${generation}/events`)).status()).toBe(401);
});

test("a post from another site is refused", async ({ page }) => {
  await signUp(page);
  const refused = await page.request.post("/api/fn/auth/sign_out", {
    headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, form: {},
  });
  expect(refused.status()).toBe(403);
});
