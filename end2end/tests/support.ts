import { execFileSync } from "node:child_process";
import { expect, test as base, type APIRequestContext, type BrowserContext, type Locator, type Page } from "@playwright/test";

/**
 * Every suite's test. It fails when any of its pages, in whatever context, does what the policy forbids
 * or has an error that nobody caught.
 */
export const test = base.extend<{ provokes: boolean; complaints: string[] }>({
  // For a test that does what is forbidden on purpose.
  provokes: [false, { option: true }],
  complaints: [
    async ({ browser, provokes }, use) => {
      const complaints: string[] = [];
      const listen = (context: BrowserContext) => listenTo(context, (what) => complaints.push(what));
      browser.contexts().forEach(listen);
      browser.on("context", listen);
      await use(complaints);
      browser.off("context", listen);
      if (!provokes) expect(complaints, "violations of the policy, and errors in pages").toEqual([]);
    },
    { auto: true },
  ],
});

function listenTo(context: BrowserContext, complain: (what: string) => void) {
  const about = "Content Security Policy";
  context.on("weberror", (error) => {
    // The browser gives up fading from one page into the next when it is in a hurry: no error of a page's.
    if (!/ViewTransition|Transition was/.test(String(error.error()))) complain(`error in ${error.page()?.url()}: ${error.error()}`);
  });
  context.on("console", (message) => {
    if (message.type() === "error" && message.text().includes(about)) complain(message.text());
  });
  const told = context.addInitScript((about) => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`${about}: ${event.effectiveDirective} forbids ${event.blockedURI} in ${event.sourceFile}:${event.lineNumber}`);
    });
  }, about);
  told.catch(() => {}); // closed already
}

export const PASSWORD = "a quiet walk by the river";

let made = 0;

/** An address nobody else in this run has. */
export function newEmail(): string {
  made += 1;
  return `person-${process.pid}-${Date.now()}-${made}@example.org`;
}

/** Handlers are live from here on. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("body")).toHaveAttribute("data-hydrated", /.*/);
  // What is far above is laid out when there is time: only then nothing moves any more.
  await expect(page.locator("[data-above]")).toHaveCount(0);
}

/** Signs somebody up; returns their address. Works with JavaScript off, too. */
export async function signUp(page: Page): Promise<string> {
  const email = newEmail();
  await page.goto("/signup");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/chat");
  return email;
}

export function body(page: Page): Locator {
  return page.locator('textarea[name="body"]');
}

export async function send(page: Page, text: string): Promise<void> {
  await body(page).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

export function answers(page: Page): Locator {
  return page.locator('article[data-role="assistant"]');
}

export function questions(page: Page): Locator {
  return page.locator('article[data-role="user"]');
}

/** The last answer, once it has ended as `status`. */
export async function ended(page: Page, status = "complete"): Promise<Locator> {
  const last = answers(page).last();
  await expect(last).toHaveAttribute("data-status", status);
  return last;
}

/** The answer's blocks as HTML, without the white space around them. */
export async function blocks(answer: Locator): Promise<string[]> {
  return answer.locator(".block").evaluateAll((all) => all.map((block) => block.innerHTML.trim()));
}

/** What the scripted demo model has seen. */
export async function traffic(request: APIRequestContext): Promise<{ in_flight: number; disconnected: number }> {
  return (await request.get(`${process.env.DEMO_MODEL_URL}/v1/_requests`)).json();
}

/** An action of a message, whether or not somebody points at it. */
export function action(message: Locator, name: string): Locator {
  return message.getByRole("button", { name, exact: true });
}

/** A message's text as it is in the database. */
export async function stored(message: Locator): Promise<string> {
  const id = (await message.getAttribute("id"))!.replace(/^m-/, "");
  return sql(`select body from messages where id = '${id}'`);
}

/** What a query prints, without headers. */
export function sql(query: string): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error("TEST_DATABASE_URL is not set: run the suites with scripts/e2e.sh");
  return execFileSync("psql", [url, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", query], { encoding: "utf8" }).replace(/\n$/, "");
}

/** Makes the open conversation longer by `count` messages, in turns; returns their ids. */
export function lengthen(page: Page, count: number): string[] {
  const conversation = new URL(page.url()).pathname.split("/").pop()!;
  sql(`with made as (select i, md5('${conversation}' || i)::uuid as id from generate_series(1, ${count}) i),
         linked as (select i, id, lag(id) over (order by i) as before, lead(id) over (order by i) as after from made)
       insert into messages (id, conversation_id, parent_id, shown_child_id, role, status, body, created_at)
       select linked.id, c.id, coalesce(before, c.head_id), after, case i % 2 when 1 then 'user' else 'assistant' end, 'complete',
              'Message ' || i || repeat(' and some more words to read', i % 11), now() + i * interval '1 millisecond'
       from linked, (select id, head_id from conversations where id = '${conversation}') as c`);
  sql(`update messages set shown_child_id = md5('${conversation}' || 1)::uuid
       where id = (select head_id from conversations where id = '${conversation}')`);
  sql(`update conversations set head_id = md5('${conversation}' || ${count})::uuid where id = '${conversation}'`);
  return sql(`select md5('${conversation}' || i)::uuid from generate_series(1, ${count}) i order by i`).split("\n");
}
