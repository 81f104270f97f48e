import { spawn, type ChildProcess } from "node:child_process";
import { createServer, request, type ServerResponse } from "node:http";
import { createServer as createListener } from "node:net";
import { resolve } from "node:path";
import { expect } from "@playwright/test";
import { sql } from "./support";

const HOST = "127.0.0.1";

/** What a test has started and not ended. */
const open = new Set<() => Promise<void>>();

/** For the end of each test, however it went. */
export async function closeAll(): Promise<void> {
  for (const close of open) await close();
}

async function freePort(): Promise<number> {
  const listener = createListener();
  await new Promise<void>((done) => listener.listen(0, HOST, done));
  const { port } = listener.address() as { port: number };
  await new Promise((done) => listener.close(done));
  return port;
}

/** A process of the site that can be killed and started again, on the suites' database. */
export interface Site {
  url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** With settings of its own on top of the suites'. */
export async function site(settings: Record<string, string> = {}): Promise<Site> {
  const port = await freePort();
  const url = `http://${HOST}:${port}`;
  let running: ChildProcess | undefined;
  const start = async () => {
    open.add(kill);
    running = spawn(resolve("../.local/bin/server"), ["serve"], {
      stdio: "ignore",
      // It reads the names of its files from Leptos.toml.
      cwd: resolve(".."),
      env: {
        ...process.env,
        DATABASE_URL: process.env.TEST_DATABASE_URL,
        LEPTOS_SITE_ADDR: `${HOST}:${port}`,
        LEPTOS_SITE_ROOT: resolve("../.local/site"),
        PARLANCE_ENV: "development",
        SHUTDOWN_GRACE_SECONDS: "0",
        OPENAI_BASE_URL: `${process.env.DEMO_MODEL_URL}/v1`,
        OPENAI_API_KEY: "demo",
        OPENAI_MODELS: "demo",
        ...settings,
      },
    });
    await expect.poll(() => fetch(`${url}/health/ready`).then((answer) => answer.status, () => 0), { timeout: 20_000 }).toBe(200);
  };
  const kill = async () => {
    open.delete(kill);
    const dead = new Promise((done) => running!.once("exit", done));
    running!.kill("SIGKILL");
    await dead;
  };
  await start();
  return { url, kill, start };
}

/** A site that sells on a database of its own: `prices` in dollars for a million tokens, as MODEL_PRICES has them. */
export async function shop(prices: string, credit: string): Promise<Site> {
  const name = `shop_${process.pid}_${Date.now()}`;
  sql(`create database ${name}`);
  const drop = async () => {
    open.delete(drop);
    sql(`drop database ${name} with (force)`);
  };
  const database = new URL(process.env.TEST_DATABASE_URL!);
  database.pathname = `/${name}`;
  const settings = { MODEL_PRICES: `demo=${prices}`, WELCOME_CREDIT: credit, STRIPE_SANDBOX: resolve(`../.local/${name}.json`) };
  const started = await site({ ...settings, DATABASE_URL: database.href });
  open.add(drop);
  return started;
}

/** A proxy before the site, as a company may have one: it may let too few messages pass, or lose their answers. */
export interface Front {
  url: string;
  /** The next so many messages are refused, each with this `Retry-After`. */
  refuse(times: number, seconds: number): void;
  /** The next so many messages reach the site, and their answers nobody. */
  lose(times: number): void;
}

export async function front(): Promise<Front> {
  const behind = new URL(process.env.BASE_URL!);
  let [left, wait, lost] = [0, 0, 0];
  const tooMany = (answer: ServerResponse) => {
    left -= 1;
    answer.writeHead(429, { "content-type": "text/html", "retry-after": String(wait) }).end("<h1>429 Too Many Requests</h1>");
  };
  const server = createServer((asked, answer) => {
    const sends = asked.method === "POST" && asked.url === "/api/fn/chat/send";
    if (sends && left > 0) return tooMany(answer);
    const { hostname, port } = behind;
    const passed = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers }, (got) => {
      if (sends && lost > 0) {
        lost -= 1;
        return answer.destroy();
      }
      answer.writeHead(got.statusCode!, got.headers);
      got.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((done) => server.listen(0, HOST, done));
  const close = async () => {
    open.delete(close);
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  open.add(close);
  return {
    url: `http://${HOST}:${(server.address() as { port: number }).port}`,
    lose: (times) => { lost = times; },
    refuse: (times, seconds) => { [left, wait] = [times, seconds]; },
  };
}
