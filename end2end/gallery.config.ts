import { defineConfig } from "@playwright/test";
import suites from "./playwright.config";

// Pictures, no tests: scripts/screenshots.sh starts the site and says where the pictures go.
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const desktop = { viewport: { width: 1440, height: 900 } };

const screens = Object.entries({ phone, desktop }).flatMap(([device, use]) =>
  (["light", "dark"] as const).map((colorScheme) => ({
    name: `${device}-${colorScheme}`,
    testIgnore: /last/,
    use: { ...use, colorScheme },
  })),
);

export default defineConfig({
  ...suites,
  testDir: "gallery",
  timeout: 60_000,
  reporter: [["list"]],
  use: { ...suites.use, trace: "off", screenshot: "off" },
  // What breaks the site comes when all the rest is done.
  projects: [...screens, { name: "last", testMatch: /last/, dependencies: screens.map(({ name }) => name) }],
});
