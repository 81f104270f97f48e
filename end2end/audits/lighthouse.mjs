// Lighthouse for phones; run it with scripts/lighthouse.sh. Prints the medians, and fails below the bars.
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const site = process.env.BASE_URL;
const runs = Number(process.env.RUNS);
const PASSWORD = "a quiet walk by the river";

const perfect = { performance: 100, accessibility: 100, "best-practices": 100, seo: 100 };
const light = { lcp: 1500, tbt: 100, cls: 0.01, bytes: 250_000 };
const pages = [
  { name: "landing", path: "/", least: perfect, most: {} },
  { name: "sign-in", path: "/login", least: perfect, most: {} },
  { name: "sign-up", path: "/signup", least: perfect, most: {} },
];

/** Signs somebody up, and has 25 questions answered in one conversation: of prose, code, tables, maths. */
async function conversation() {
  let cookie = "";
  const post = async (verb, fields) => {
    const answer = await fetch(`${site}/api/fn/${verb}`, {
      method: "POST", headers: { accept: "application/json", cookie }, body: new URLSearchParams(fields),
    });
    if (!answer.ok) throw new Error(`${verb}: ${answer.status} ${await answer.text()}`);
    cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
    return answer.json();
  };
  await post("auth/sign_up", { email: `lighthouse-${randomUUID()}@example.org`, password: PASSWORD });
  const topics = ["bread", "code", "a table", "maths", "a list"];
  let conversation_id = "";
  for (let i = 0; i < 25; i += 1) {
    const sent = await post("chat/send", {
      message_id: randomUUID(), conversation_id, body: `Tell me about ${topics[i % topics.length]} [[speed: 5000]] [[first-token: 0ms]]`,
    });
    conversation_id = sent.conversation_id;
    // The stream ends with the answer.
    await (await fetch(`${site}/chat/generations/${sent.answer.generation}/events`, { headers: { cookie } })).text();
  }
  return { path: `/chat/${conversation_id}`, cookie };
}

/** Lighthouse's own trouble, as a trace that has lost its beginning, is no finding: it says to run it again. */
async function measure(page, run, tries = 3) {
  try {
    return await once(page, run);
  } catch (error) {
    if (tries === 1) throw error;
    console.error(`${error.message} Trying again.`);
    return measure(page, run, tries - 1);
  }
}

async function once({ name, path, cookie }, run) {
  const chrome = await launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"] });
  try {
    const { lhr } = await lighthouse(site + path, {
      port: chrome.port, logLevel: "error", output: "json", onlyCategories: Object.keys(perfect),
      extraHeaders: cookie ? { Cookie: cookie } : undefined,
    });
    if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
    mkdirSync(process.env.REPORTS, { recursive: true });
    writeFileSync(join(process.env.REPORTS, `${name}-${run}.json`), JSON.stringify(lhr, null, 1));
    return lhr;
  } finally {
    chrome.kill();
  }
}

function figures(lhr) {
  const scores = Object.fromEntries(Object.entries(lhr.categories).map(([id, { score }]) => [id, Math.round(score * 100)]));
  const audit = (id) => lhr.audits[id].numericValue;
  const bytes = lhr.audits["network-requests"].details.items.reduce((sum, item) => sum + (item.transferSize ?? 0), 0);
  return {
    ...scores, bytes, fcp: audit("first-contentful-paint"), lcp: audit("largest-contentful-paint"),
    tbt: audit("total-blocking-time"), cls: audit("cumulative-layout-shift"), si: audit("speed-index"),
  };
}

function medians(all) {
  const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return Object.fromEntries(Object.keys(all[0]).map((key) => [key, middle(all.map((one) => one[key]))]));
}

/** The audits that cost points, in words. */
function losses(lhr, categories) {
  const refs = categories.flatMap((id) => lhr.categories[id].auditRefs).filter(({ weight }) => weight > 0);
  return refs.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 0.9).map(({ id, title, displayValue }) => `${id}: ${title} ${displayValue ?? ""}`);
}

pages.push({
  name: "chat", ...(await conversation()), most: light,
  least: { performance: 95, accessibility: 100, "best-practices": 100, seo: 100 },
});
const short = [];
const table = {};
for (const page of pages) {
  const reports = [];
  for (let run = 1; run <= runs; run += 1) reports.push(await measure(page, run));
  const found = medians(reports.map(figures));
  const missed = [
    ...Object.entries(page.least).filter(([key, bar]) => found[key] < bar).map(([key, bar]) => `${key} ${found[key]}, at least ${bar}`),
    ...Object.entries(page.most).filter(([key, bar]) => found[key] > bar).map(([key, bar]) => `${key} ${found[key].toFixed(3)}, at most ${bar}`),
  ];
  if (missed.length > 0) short.push(`${page.name}: ${missed.join("; ")}`, ...losses(reports.at(-1), Object.keys(perfect)).map((loss) => `    ${loss}`));
  table[page.name] = {
    performance: found.performance, accessibility: found.accessibility, "best practices": found["best-practices"], SEO: found.seo,
    "FCP ms": Math.round(found.fcp), "LCP ms": Math.round(found.lcp), "TBT ms": Math.round(found.tbt), CLS: +found.cls.toFixed(3),
    "speed index ms": Math.round(found.si), KB: +(found.bytes / 1000).toFixed(1),
  };
}
console.table(table);
writeFileSync(join(process.env.REPORTS, "medians.json"), JSON.stringify(table, null, 2));
if (short.length > 0) {
  console.error(`below the bar:\n${short.join("\n")}`);
  process.exitCode = 1;
}
