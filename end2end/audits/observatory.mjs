// Grades the site with MDN's HTTP Observatory; run it with scripts/observatory.sh. The Observatory asks by HTTP
// and by HTTPS, as a browser would that is given a bare name: in front of the site stands what stands in front
// of it in production, a proxy that ends TLS and sends plain HTTP on to it.
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { retrieve } from "@mdn/mdn-http-observatory/src/retriever/retriever.js";
import { ALL_TESTS } from "@mdn/mdn-http-observatory/src/constants.js";
import { getGradeForScore, getScoreModifier } from "@mdn/mdn-http-observatory/src/grader/grader.js";
import { MINIMUM_SCORE_FOR_EXTRA_CREDIT } from "@mdn/mdn-http-observatory/src/grader/charts.js";

const site = new URL(process.env.BASE_URL);
const PATHS = ["/", "/login", "/signup", "/no-such-page", "/pkg/missing.js", "/health/live"];
// What has a status that the Observatory takes for a site that is down is read all the same.

function forward(request, response) {
  const options = { host: site.hostname, port: site.port, method: request.method, path: request.url, headers: request.headers };
  const onward = http.request(options, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}

const listening = (server) => new Promise((done) => server.listen(0, "localhost", () => done(server.address().port)));
const tls = { cert: readFileSync(process.env.CERTIFICATE), key: readFileSync(process.env.CERTIFICATE_KEY) };
const secure = https.createServer(tls, forward);
const httpsPort = await listening(secure);
const plain = http.createServer((request, response) => {
  response.writeHead(308, { location: `https://localhost:${httpsPort}${request.url}` }).end();
});
const httpPort = await listening(plain);

/** As the Observatory's own `scan`, which knows only the ports 80 and 443. */
async function scan(path) {
  const answers = await retrieve("localhost", { httpPort, httpsPort, path });
  const results = ALL_TESTS.map((test) => test(answers));
  const modifiers = results.map(({ result }) => getScoreModifier(result));
  const without = 100 + modifiers.filter((points) => points < 0).reduce((sum, points) => sum + points, 0);
  const all = 100 + modifiers.reduce((sum, points) => sum + points, 0);
  const { grade, score } = getGradeForScore(without >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? all : without);
  return { grade, score, results: results.map((r, i) => ({ name: r.constructor.name, result: r.result, points: modifiers[i], pass: r.pass })) };
}

let worst = Infinity;
for (const path of PATHS) {
  const { grade, score, results } = await scan(path);
  worst = Math.min(worst, score);
  console.log(`${path.padEnd(16)} ${grade}  ${score} points, ${results.filter((r) => r.pass).length} of ${results.length} tests passed`);
  if (path === "/" || grade !== "A+") {
    for (const { name, result, points, pass } of results) console.log(`  ${pass ? "ok  " : "FAIL"} ${name}: ${result} (${points > 0 ? "+" : ""}${points})`);
  }
}
plain.close();
secure.close();
secure.closeAllConnections();
if (worst < 100) {
  console.error("error: a page has less than A+");
  process.exitCode = 1;
}
