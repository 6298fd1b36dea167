import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Pool } from "pg";
import { openPgliteInstance } from "#server/store/embedded-client.ts";

// The program of `startBareSaveServer`. Its argument is the directory of a new embedded store, or the URL of a database.

type RunStatement = (statement: string, values: string[]) => Promise<unknown>;

const place = process.argv[2] ?? "";
const run: RunStatement = place.startsWith("postgres:") ? openPool(place) : await openPglite(place);
await run("CREATE TABLE flows (id text PRIMARY KEY, steps json NOT NULL)", []);

async function save(id: string, body: string, isNew: boolean): Promise<string> {
  const { flowSteps } = JSON.parse(body) as { readonly flowSteps: unknown };
  const steps = JSON.stringify(flowSteps);
  const statement = isNew
    ? "INSERT INTO flows (id, steps) VALUES ($1, $2)"
    : "UPDATE flows SET steps = $2 WHERE id = $1";
  await run(statement, [id, steps]);
  return `{"flowSteps":${steps}}`;
}

const server = createServer((request, response) => {
  void text(request)
    .then((body) => save(request.url ?? "", body, request.method === "POST"))
    .then((answer) => response.writeHead(200, { "content-type": "application/json" }).end(answer));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.stdout.write(`ready on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);

function openPool(url: string): RunStatement {
  const pool = new Pool({ connectionString: url });
  return (statement, values) => pool.query(statement, values);
}

async function openPglite(directory: string): Promise<RunStatement> {
  const { instance } = await openPgliteInstance(directory);
  return (statement, values) => instance.query(statement, values);
}
