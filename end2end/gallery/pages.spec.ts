import { hydrated } from "../tests/support";
import { shot, test } from "./support";

test.describe("for visitors", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("landing", async ({ page }) => {
    await page.goto("/");
    await shot(page, "landing");
    await shot(page, "landing-whole", { fullPage: true });
  });

  test("landing at 320 pixels", async ({ page, isMobile }) => {
    test.skip(!isMobile, "for phones");
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto("/");
    await shot(page, "landing-320", { fullPage: true });
  });

  test("sign up and in", async ({ page }) => {
    for (const path of ["signup", "login"]) {
      await page.goto(`/${path}`);
      await hydrated(page);
      await shot(page, path);
    }
  });

  test("a refused form", async ({ page }) => {
    await page.goto("/signup");
    await page.getByLabel("Email").fill("ada@example.org");
    await page.getByLabel("Password", { exact: true }).fill("too short");
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.locator(".field-error").waitFor();
    await shot(page, "signup-refused");
    await page.goto("/login");
    await page.getByLabel("Email").fill("nobody@example.org");
    await page.getByLabel("Password", { exact: true }).fill("a quiet walk by the lake");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator(".notice.error").waitFor();
    await shot(page, "login-refused");
  });

  test("a page that does not exist", async ({ page }) => {
    await page.goto("/nowhere");
    await shot(page, "not-found");
  });

  test("the style guide", async ({ page }) => {
    await page.goto("/dev/styleguide");
    await page.locator("html[data-states]").waitFor();
    await shot(page, "styleguide", { fullPage: true });
  });
});

test("settings", async ({ page }) => {
  await page.goto("/settings");
  await hydrated(page);
  await shot(page, "settings", { fullPage: true });
  await page.goto("/settings?saved=name");
  await shot(page, "settings-saved");
  await page.getByLabel("Current password").fill("not my password at all");
  await page.getByLabel("New password").fill("too short");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.locator(".field-error").waitFor();
  await shot(page, "settings-refused", { fullPage: true });
});

test("money", async ({ page }) => {
  for (const path of ["pricing", "billing", "usage"]) {
    await page.goto(`/${path}`);
    await shot(page, path, { fullPage: true });
  }
  await page.goto("/billing");
  await page.getByLabel("A day, in dollars").fill("1,000");
  await page.getByRole("button", { name: "Save" }).click();
  await shot(page, "billing-refused", { fullPage: true });
  await page.goto("/billing");
  await page.getByRole("button", { name: "Choose Plus" }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).waitFor();
  await shot(page, "sandbox-checkout");
});

test("leaving and taking along", async ({ page }) => {
  for (const path of ["export", "delete"]) {
    await page.goto(`/settings/${path}`);
    await shot(page, `settings-${path}`);
  }
  await page.goto("/verify?token=spoiled");
  await shot(page, "verify-refused");
});

test("a page that does not exist, signed in", async ({ page }) => {
  await page.goto("/chat/01920000-0000-7000-8000-000000000001");
  await shot(page, "not-found-signed-in");
});
