// Usage: node sizes.js FOLDER [EXTENSION]
// Prints the sizes of the files below FOLDER, raw and after brotli at its default quality, in bytes;
// with EXTENSION only the sum after brotli of files that end so, in KB (1000 bytes), rounded up.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync } from "node:zlib";

const [folder, extension] = process.argv.slice(2);
const rows = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && ![".br", ".gz"].includes(extname(entry.name)))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .filter((path) => !extension || path.endsWith(extension))
  .map((path) => {
    const bytes = readFileSync(path);
    return { path: relative(folder, path), raw: bytes.length, brotli: brotliCompressSync(bytes).length };
  });

if (extension) {
  console.log(Math.ceil(rows.reduce((sum, row) => sum + row.brotli, 0) / 1000));
} else {
  for (const { path, raw, brotli } of rows.sort((a, b) => b.brotli - a.brotli)) {
    console.log(`    ${String(raw).padStart(9)} ${String(brotli).padStart(9)} br  ${path}`);
  }
}
