import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type BrowserContext, type Page } from "@playwright/test";

/** Texts that want to run, after the OWASP XSS Filter Evasion Cheat Sheet; the renderer's own tests read them, too. */
export const PAYLOADS: string[] = JSON.parse(readFileSync(join(import.meta.dirname, "..", "xss.json"), "utf8"));

/** The payloads in `count` texts. In each, one begins where the one before has surely ended. */
export function texts(count: number, write: (payload: string) => string): string[] {
  const each = Math.ceil(PAYLOADS.length / count);
  return Array.from({ length: count }, (_, i) => PAYLOADS.slice(i * each, (i + 1) * each).map(write).join("\n\n"));
}

/** A quotation ends what was left open in it: fences, comments, raw HTML. */
export function quoted(payload: string): string {
  return payload.split("\n").map((line) => `> ${line}`).join("\n");
}

export function plain(payload: string): string {
  // No message has a NUL in it.
  return payload.replaceAll("\0", "");
}

/** What a payload has achieved in any page of `context`: it has run, fetched, opened or led somewhere. */
export async function achieved(context: BrowserContext): Promise<string[]> {
  const site = new URL(process.env.BASE_URL!).origin;
  const found: string[] = [];
  const watch = (page: Page) => {
    page.on("dialog", (dialog) => {
      found.push(`a dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
    page.on("popup", (popup) => found.push(`a window: ${popup.url()}`));
  };
  context.pages().forEach(watch);
  context.on("page", watch);
  await context.route((url) => url.origin !== site && url.protocol.startsWith("http"), (route) => {
    found.push(`a request: ${route.request().url()}`);
    return route.abort();
  });
  await context.addInitScript(lookAtAnswers);
  return found;
}

declare global {
  interface Window {
    look: { acting: string[]; states: number; at(root: Element): void };
  }
}

/** Runs in the page: looks at all markup in answers, as the browser itself has read it. */
function lookAtAnswers() {
  const tags = /^(script|style|iframe|frame|frameset|object|embed|applet|img|image|picture|video|audio|source|track|link|meta|base|form|svg|select|textarea|template|slot|dialog|details|portal|body|article|noscript|annotation-xml|mglyph|maction|.*-.*)$/;
  const names = /^(on.*|style|src|srcset|srcdoc|id|name|form|action|formaction|poster|ping|background|data|is|popover|popovertarget|contenteditable|autofocus|data-(?!copy$).*)$/;
  const look = {
    acting: [] as string[],
    states: 0,
    at(root: Element) {
      for (const element of [root, ...root.querySelectorAll("*")]) {
        const bad = [...element.attributes].filter(({ name, value }) =>
          names.test(name) || (/href$/.test(name) && !/^(https?:|mailto:)/i.test(value)));
        if (tags.test(element.localName) || bad.length > 0) look.acting.push((element.cloneNode() as Element).outerHTML);
      }
    },
  };
  window.look = look;
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node instanceof Element);
    const inAnswers = added.filter((element) => element.parentElement?.closest(".prose"));
    inAnswers.forEach(look.at);
    look.states += Number(inAnswers.length > 0);
  }).observe(document, { childList: true, subtree: true });
}

/** Nothing in the page's answers acts. */
export async function expectHarmless(page: Page, achieved: string[]) {
  await page.evaluate(() => document.querySelectorAll(".prose > *").forEach(window.look.at));
  expect(await page.evaluate(() => window.look.acting)).toEqual([]);
  expect(achieved).toEqual([]);
}
