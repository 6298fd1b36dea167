import { fdatasyncSync, openSync, writeSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

// Baselines for reading and saving a flow: a response from memory, one select by primary key through the same driver, and
// one update with an fsync. Fills the table with `count` copies of the JSON on standard input, then prints the port.

const [directory, count] = process.argv.slice(2);
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const definition = Buffer.concat(chunks).toString();

const store = await PGlite.create(String(directory));
await store.exec("create table flows (id text primary key, definition json not null)");
await store.query("insert into flows select 'flow_' || n, $1::json from generate_series(1, $2::int) n", [
  definition,
  Number(count),
]);

const app = new Hono();
app.get("/flows/:id", async (context) => {
  const { rows } = await store.query(
    "select definition from flows where id = $1",
    [context.req.param("id")],
    {
      // Returns JSON columns as text, because a parsed value would only be serialized again for the response.
      parsers: { 114: (value) => value },
    },
  );
  const [row] = /** @type {{ definition: string }[]} */ (rows);
  return row ? context.body(row.definition, 200, { "content-type": "application/json" }) : context.notFound();
});
app.get("/memory", (context) => context.body(definition, 200, { "content-type": "application/json" }));
const log = openSync(`${directory}.log`, "a");
const page = Buffer.alloc(8192, 1);
app.put("/flows/:id", async (context) => {
  await store.query("update flows set definition = $2 where id = $1", [context.req.param("id"), definition]);
  // Appends a page to a file and syncs it, as a commit would: PGlite's file system does not sync.
  writeSync(log, page);
  fdatasyncSync(log);
  return context.body("{}", 200, { "content-type": "application/json" });
});
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(`ready ${port}`));
