import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

// Measurements of a browser: one after the other, and nothing that would slow it down beside them.
export default defineConfig({
  ...base,
  testDir: "bench",
  testMatch: "*.bench.ts",
  workers: 1,
  timeout: 600_000,
  reporter: [["list"]],
  use: { ...base.use, trace: "off", screenshot: "off" },
  projects: base.projects!.filter((project) => project.name === "desktop"),
});
