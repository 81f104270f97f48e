// Usage: node icons.js CHROMIUM FOLDER
// Writes the icons that are pictures from FOLDER/icon.svg: with round corners for what shows an icon as it is,
// to the edges for what cuts its own shape (the mark stays within a maskable icon's safe zone of 80%).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";

const [executablePath, folder] = process.argv.slice(2);
const round = readFileSync(join(folder, "icon.svg"), "utf8");
const full = round.replace(/ rx="\d+"/, "");
const icons = [
  ["icon-192.png", 192, round],
  ["icon-512.png", 512, round],
  ["icon-maskable-192.png", 192, full],
  ["icon-maskable-512.png", 512, full],
  ["apple-touch-icon.png", 180, full],
];

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
for (const [name, size, svg] of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${svg}`);
  await page.screenshot({ path: join(folder, name), omitBackground: true });
  await page.close();
}
await browser.close();
