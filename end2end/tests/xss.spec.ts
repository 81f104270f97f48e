import { randomUUID } from "node:crypto";
import { expect, type Page } from "@playwright/test";
import { achieved, expectHarmless, PAYLOADS, plain, quoted, texts } from "./payloads";
import { action, answers, body, ended, hydrated, questions, send, signUp, sql, test } from "./support";

// Once with the policy and once without: the sanitiser must hold alone.
for (const bypassCSP of [false, true]) {
  test.describe(bypassCSP ? "without the policy" : "with the policy", () => {
    test.use({ bypassCSP });
    test.skip(({ isMobile }) => !!isMobile, "the same on a phone");
    // Thousands of states of a page, hundreds of pages.
    test.describe.configure({ timeout: 120_000 });

    for (const [how, write] of [["each in a quotation", quoted], ["one after the other", plain]] as const) {
      test(`no payload that a model writes acts, at any character of the stream: ${how}`, async ({ page, context }) => {
        const found = await achieved(context);
        await signUp(page);
        const asked = texts(4, (payload) => write(plain(payload)));
        const seen = await Promise.all(asked.map((text) => followed(page, text)));
        for (const [i, { states, acting }] of seen.entries()) {
          expect(acting, `text ${i}`).toEqual([]);
          // A few characters come together when the machine is busy; nothing shows before the first.
          expect(states, `text ${i}`).toBeGreaterThan(asked[i].length * 0.8);
        }
        expect(found).toEqual([]);
      });
    }

    test("no payload in an answer acts in the chat itself, while it is written and afterwards", async ({ page, context }) => {
      const found = await achieved(context);
      await signUp(page);
      await hydrated(page);
      for (const [i, text] of texts(3, (payload) => quoted(plain(payload))).entries()) {
        await send(page, `Go on [[speed: 2000]] [[say: ${text}]]`);
        await expect(answers(page)).toHaveCount(i + 1);
        await expect(answers(page).last()).toHaveAttribute("data-status", "complete", { timeout: 60_000 });
      }
      // The page shows an answer once a frame: fewer states than above, where every character is one.
      expect(await page.evaluate(() => window.look.states)).toBeGreaterThan(3);
      await expectHarmless(page, found);
      await page.reload();
      await hydrated(page);
      await expect(answers(page)).toHaveCount(3);
      await expectHarmless(page, found);
    });

    test("no payload in a message acts: as it is sent, kept, edited and typed", async ({ page, context }) => {
      const found = await achieved(context);
      await signUp(page);
      await hydrated(page);
      const said = [...texts(2, plain).map((text) => `[[tokens: 1]] ${text}`), `${PAYLOADS.find((p) => p.startsWith("</textarea>"))} [[tokens: 1]]`];
      for (const [i, text] of said.entries()) {
        await send(page, text);
        await expect(answers(page)).toHaveCount(i + 1);
        await ended(page);
      }
      const shown = async () => {
        await expect(questions(page)).toHaveCount(said.length);
        expect(await questions(page).locator(".text *").count()).toBe(0);
        await expectHarmless(page, found);
      };
      await shown();
      await body(page).fill(said[1]);
      await page.reload();
      await hydrated(page);
      await expect(body(page)).toHaveValue(said[1]);
      await shown();
      // With the text in a field, as the server writes it and as the page does.
      const id = (await questions(page).last().getAttribute("id"))!.slice(2);
      await page.goto(`${new URL(page.url()).pathname}?edit=${id}`);
      await hydrated(page);
      await expect(page.getByRole("textbox", { name: "Edit message" })).toHaveValue(said[2]);
      await shown();
      await page.goto(new URL(page.url()).pathname);
      await hydrated(page);
      await action(questions(page).last(), "Edit").click();
      await expect(page.getByRole("textbox", { name: "Edit message" })).toHaveValue(said[2]);
      await shown();
    });

    test("no payload in a title acts: in the list, above a conversation, in the window's title", async ({ page, context }) => {
      const found = await achieved(context);
      const email = await signUp(page);
      const titled = await titles(page, email);
      expect(titled.length).toBeGreaterThanOrEqual(200);
      await page.goto("/chat");
      await hydrated(page);
      const links = page.locator(".conversation-item > a");
      const more = page.getByRole("link", { name: "Show more" });
      while (await more.count() > 0) {
        const before = await links.count();
        await more.evaluate((link) => (link as HTMLElement).click());
        await expect.poll(() => links.count()).toBeGreaterThan(before);
      }
      expect((await links.allTextContents()).length).toBe(titled.length);
      expect(await page.locator(".conversation-item > a > *").count()).toBe(0);
      // Each as the server writes it: all are read as a browser reads them, some are opened.
      const written = await page.evaluate(async (ids) => {
        const read = [];
        for (const id of ids) {
          const answer = await fetch(`/chat/${id}`);
          const written = new DOMParser().parseFromString(await answer.text(), "text/html");
          read.push({ title: written.title, heading: written.querySelector("h1")?.textContent?.trim() });
        }
        return read;
      }, titled.map(({ id }) => id));
      expect(written).toEqual(titled.map(({ title }) => ({ title: `${title} · Parlance`, heading: title })));
      for (const { id, title } of titled.filter((_, i) => i % 12 === 0)) {
        await page.goto(`/chat/${id}`, { waitUntil: "domcontentloaded" });
        expect(await page.title()).toBe(`${title} · Parlance`);
        expect((await page.locator("h1").first().textContent())?.trim()).toBe(title);
      }
      expect(found).toEqual([]);
    });

    test("a title that a model writes does not act as it arrives", async ({ page, context }) => {
      const found = await achieved(context);
      await signUp(page);
      await hydrated(page);
      for (const [said, title] of [
        ["<img src=x onerror=alert(1)> x", "<img src=x onerror=alert(1)> x"],
        ["</title><script>alert(1)</script> x", "</title><script>alert(1)</script> x"],
      ]) {
        await page.goto("/chat");
        await hydrated(page);
        await send(page, `${said} [[tokens: 200]] [[speed: 100]]`);
        await expect(page.locator("h1").first()).toHaveText(title);
        await ended(page);
      }
      expect(found).toEqual([]);
    });
  });
}

test.describe("the payloads themselves", () => {
  test.use({ provokes: true });
  test.skip(({ isMobile }) => !!isMobile, "the same on a phone");

  // No policy forbids leading the page elsewhere, and Chromium holds prefetches to none: there is only the sanitiser.
  const unsanitised = PAYLOADS.filter((payload) => !/http-equiv|<plaintext|rel=prefetch/i.test(payload));

  test("the policy stops them all where nothing was sanitised", async ({ page, context }) => {
    const found = await achieved(context);
    await signUp(page);
    await hydrated(page);
    await put(page, unsanitised);
    expect(found).toEqual([]);
  });

  test.describe(() => {
    test.use({ bypassCSP: true });

    test("many run where neither sanitiser nor policy stops them", async ({ page, context }) => {
      const found = await achieved(context);
      await signUp(page);
      await hydrated(page);
      await put(page, unsanitised);
      expect(found.filter((what) => what.startsWith("a dialog")).length).toBeGreaterThan(30);
      expect(found.filter((what) => what.startsWith("a request")).length).toBeGreaterThan(10);
    });
  });
});

/** Has `text` written by the model, a character a token, and puts every state of it into the page. */
async function followed(page: Page, text: string): Promise<{ states: number; acting: string[] }> {
  const answer = await page.request.post("/api/fn/chat/send", {
    headers: { accept: "application/json" },
    form: { message_id: randomUUID(), body: `Go on [[fault: charwise]] [[first-token: 500ms]] [[speed: 300]] [[say: ${text}]]` },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  const sent: { answer: { generation: string } } = await answer.json();
  return page.evaluate(async (generation) => {
    const place = document.body.appendChild(document.createElement("div"));
    let states = 0;
    const before = window.look.acting.length;
    await new Promise<void>((end) => {
      const source = new EventSource(`/chat/generations/${generation}/events?from=0`);
      source.addEventListener("step", ({ data }) => {
        const step = JSON.parse(data);
        if (typeof step.html === "string") {
          place.innerHTML = step.html;
          [...place.children].forEach(window.look.at);
          states += 1;
        } else if (step.kind === "end") {
          source.close();
          end();
        }
      });
    });
    place.remove();
    return { states, acting: window.look.acting.slice(before) };
  }, sent.answer.generation);
}

/** Conversations with payloads for titles. */
async function titles(page: Page, email: string): Promise<{ id: string; title: string }[]> {
  const made = sql(`insert into conversations (id, user_id, model_id, created_at, active_at)
    select gen_random_uuid(), users.id, models.id, now(), now() - i * interval '1 second'
    from users, models, generate_series(1, ${PAYLOADS.length}) i
    where users.email = '${email}' and models.is_default returning id`).split("\n");
  for (const [i, payload] of PAYLOADS.entries()) {
    const form = { conversation_id: made[i], title: payload.slice(0, 120) };
    const answer = await page.request.post("/api/fn/chat/rename", { form, headers: { accept: "application/json" } });
    expect(answer.status(), payload).toBe(200);
  }
  // Without what titles cannot have: line breaks, characters that are not seen.
  return JSON.parse(sql(`select json_agg(json_build_object('id', c.id, 'title', c.title))
    from conversations c join users on users.id = c.user_id where users.email = '${email}'`));
}

/** Puts each text into the page as it is, and waits until it has had its chance. */
async function put(page: Page, texts: string[]) {
  await page.evaluate(async (texts) => {
    for (const text of texts) {
      const place = document.body.appendChild(document.createElement("div"));
      place.innerHTML = text;
      await new Promise(requestAnimationFrame);
      place.remove();
    }
    // What a text has begun to load fails after the text is gone.
    await new Promise((idle) => requestIdleCallback(idle));
  }, texts);
}
