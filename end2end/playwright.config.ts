import { defineConfig } from "@playwright/test";

// scripts/e2e.sh starts the server, its database and the scripted demo model, and says where they are.
function fromScript(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the suites with scripts/e2e.sh`);
  return value;
}

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // A test that passes only the second time is a defect: `make e2e repeat=20` looks for them and forgives none.
  // A merge waits for mending it only if it fails twice; the summary names it as flaky either way.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // Nets for what hangs: far beyond what anything takes, on a busy machine too.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: process.env.CI ? [["list"]] : [["list"], ["html", { open: "never", outputFolder: "playwright-report" }]],
  use: {
    baseURL: fromScript("BASE_URL"),
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    locale: "en-GB",
    timezoneId: "UTC",
    launchOptions: {
      executablePath: fromScript("CHROMIUM"),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "desktop", use: { viewport: { width: 1280, height: 800 } } },
    {
      name: "phone",
      use: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true },
    },
  ],
});
