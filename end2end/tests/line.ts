import { connect, createServer, type Socket } from "node:net";

/** A line to the site that can be cut: the browser's own "offline" spares connections that are open. */
export interface Line {
  url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function line(): Promise<Line> {
  const site = new URL(process.env.BASE_URL!);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(site.port), site.hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  await listen(0);
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    cut: () => new Promise<void>((done) => {
      server.close(() => done());
      open.forEach((socket) => socket.destroy());
    }),
    mend: () => listen(port),
  };
}
