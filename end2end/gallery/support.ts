import { join } from "node:path";
import { expect, test as base, type Page } from "@playwright/test";
import { answers, ended, hydrated, questions, send, signUp, sql } from "../tests/support";
import { conversations } from "./said";

/** Writes the picture `name` of what is in view, or of the whole page. */
export async function shot(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  await pictured(page, `${name}-${base.info().project.name}`, options);
}

export async function pictured(page: Page, name: string, options: { fullPage?: boolean } = {}): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) throw new Error("SCREENSHOTS is not set: run scripts/screenshots.sh");
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", ...options });
}

/** A conversation as people have it: what made the demo model say so is taken out of the questions. */
export async function converse(page: Page, title: string, turns: readonly (readonly [string, string])[]): Promise<string> {
  await page.goto("/chat");
  await hydrated(page);
  for (const [i, [, answer]] of turns.entries()) {
    await send(page, `[[speed: 20000]] [[say: ${answer}]]`);
    await expect(answers(page)).toHaveCount(i + 1);
    await ended(page);
  }
  await ask(page, turns.map(([question]) => question));
  const id = new URL(page.url()).pathname.split("/").pop()!;
  // A title that is made later would take the place of this one.
  sql(`update conversations set title = $t$${title}$t$, titled_by_person = true where id = '${id}'`);
  return id;
}

/** Puts the open conversation's questions into these words, in the database. */
export async function ask(page: Page, words: string[]): Promise<void> {
  const ids = await questions(page).evaluateAll((all) => all.map((article) => article.id.slice(2)));
  words.forEach((text, i) => sql(`update messages set body = $t$${text}$t$ where id = '${ids[i]}'`));
}

type Seeded = { state: Awaited<ReturnType<import("@playwright/test").BrowserContext["storageState"]>>; ids: Record<string, string> };

/** Signed in as Ada, who has had a few conversations; `seeded.ids` are theirs by their names. */
export const test = base.extend<{ open: (name: string) => Promise<void> }, { seeded: Seeded }>({
  seeded: [
    async ({ browser }, use) => {
      const context = await browser.newContext({ baseURL: process.env.BASE_URL });
      const page = await context.newPage();
      const email = await signUp(page);
      sql(`update users set display_name = 'Ada' where email = '${email}'`);
      const ids: Record<string, string> = {};
      for (const [name, { title, turns }] of Object.entries(conversations)) ids[name] = await converse(page, title, turns);
      const state = await context.storageState();
      await context.close();
      await use({ state, ids });
    },
    { scope: "worker" },
  ],
  storageState: async ({ seeded }, use) => use(seeded.state),
  open: async ({ page, seeded }, use) =>
    use(async (name) => {
      await page.goto(`/chat/${seeded.ids[name]}`);
      await hydrated(page);
      await answers(page).last().waitFor();
    }),
});
