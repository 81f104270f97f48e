import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { answers, ended, hydrated, send, signUp, test } from "./support";

test("every suite listens to what pages complain of", () => {
  const suites = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".spec.ts"));
  const deaf = suites.filter((file) => /import \{[^}]*\btest\b[^}]*\} from "@playwright\/test"/.test(readFileSync(join(import.meta.dirname, file), "utf8")));
  expect(deaf, "import `test` from ./support").toEqual([]);
});

/** The paths of all that `path` loads until it is idle. */
async function loaded(page: Page, path: string): Promise<string[]> {
  const paths: string[] = [];
  page.on("request", (request) => paths.push(new URL(request.url()).pathname));
  await page.goto(path, { waitUntil: "networkidle" });
  await hydrated(page);
  return paths;
}

for (const path of ["/", "/login", "/signup"]) {
  test(`${path} loads no script and no wasm`, async ({ page }) => {
    const paths = await loaded(page, path);
    expect(paths.filter((path) => /\.(js|mjs|wasm)$/.test(path))).toEqual([]);
    // A page, a style sheet, an icon.
    expect(paths.length).toBeLessThanOrEqual(4);
  });
}

test("a password is shown and hidden again, without wasm", async ({ page }) => {
  await page.goto("/login");
  await hydrated(page);
  const field = page.getByLabel("Password", { exact: true });
  await field.fill("something secret");
  await expect(field).toHaveAttribute("type", "password");
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(field).toHaveAttribute("type", "text");
  const hide = page.getByRole("button", { name: "Hide password" });
  await expect(hide).toHaveAttribute("aria-pressed", "true");
  await hide.click();
  await expect(field).toHaveAttribute("type", "password");
  await expect(field).toHaveValue("something secret");
});

test("each password of the settings is shown by its own button", async ({ page }) => {
  await signUp(page);
  await page.goto("/settings");
  await hydrated(page);
  const form = page.locator("form", { has: page.getByLabel("New password", { exact: true }) });
  await form.getByRole("button", { name: "Show password" }).last().click();
  await expect(page.getByLabel("New password", { exact: true })).toHaveAttribute("type", "text");
  await expect(page.getByLabel("Current password", { exact: true })).toHaveAttribute("type", "password");
});

test("a picture in an answer is a link, and nothing is fetched for it", async ({ page, context }) => {
  const fetched: string[] = [];
  const site = new URL(process.env.BASE_URL!).origin;
  await context.route((url) => url.origin !== site, (route) => {
    fetched.push(route.request().url());
    return route.abort();
  });
  await signUp(page);
  await hydrated(page);
  const address = "https://pictures.invalid/a.png?who=you";
  await send(page, `Show me [[say: ![a *cat*](${address}) and ![](${address})\n\n![b][c]\n\n[c]: ${address}]]`);
  const shown = async () => {
    const answer = await ended(page);
    await expect(answer.getByRole("link", { name: "a cat" })).toHaveAttribute("href", address);
    await expect(answer.getByRole("link", { name: address })).toHaveAttribute("rel", /noreferrer/);
    await expect(answer.locator("img, picture, svg image, video, audio, iframe, object, embed").first()).toHaveCount(0);
  };
  await shown();
  await page.reload({ waitUntil: "networkidle" });
  await hydrated(page);
  await shown();
  expect(fetched).toEqual([]);
});

test.describe("what the policy forbids", () => {
  test.use({ provokes: true });

  test("does not happen", async ({ page, complaints }) => {
    await signUp(page);
    await hydrated(page);
    await send(page, "Hello [[say: hello]]");
    await ended(page);
    const ran = await answers(page).locator(".prose").evaluate(async (prose) => {
      const ran: string[] = [];
      Object.assign(window, { ran });
      const violated: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => violated.push(event.effectiveDirective));
      const put = (html: string) => prose.insertAdjacentHTML("beforeend", html);
      put("<img src=x onerror=\"ran.push('a handler')\"><img src=https://pictures.invalid/a.png onload=\"ran.push('an image')\">");
      put("<p id=styled style='color: red'>x</p><style>#styled { color: red }</style>");
      put("<iframe srcdoc='<script>parent.ran.push(1)</script>'></iframe><iframe src=https://elsewhere.invalid/></iframe>");
      put("<object data=/favicon.svg></object>");
      put("<form action=https://elsewhere.invalid/ target=_blank><button>x</button></form>");
      put("<a href=\"javascript:ran.push('a link')\">x</a><base href=https://elsewhere.invalid/>");
      prose.querySelector("form")!.requestSubmit();
      (prose.querySelector("a[href^=javascript]") as HTMLElement).click();
      await fetch("https://elsewhere.invalid/").catch(() => {});
      const forbidden = ["img-src", "script-src-attr", "style-src-attr", "style-src-elem", "frame-src", "object-src", "form-action",
        "base-uri", "connect-src", "script-src-elem"];
      const missing = () => forbidden.filter((name) => !violated.includes(name));
      const until = performance.now() + 5_000;
      while (missing().length > 0 && performance.now() < until) await new Promise(requestAnimationFrame);
      const colour = getComputedStyle(prose.querySelector("#styled")!).color;
      return { missing: missing(), ran, red: colour === "rgb(255, 0, 0)", base: document.baseURI.includes("elsewhere") };
    });
    expect(ran).toEqual({ missing: [], ran: [], red: false, base: false });
    expect(complaints.length).toBeGreaterThan(5);
  });
});
