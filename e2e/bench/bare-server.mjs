import { PGlite } from "@electric-sql/pglite";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

// What a flow costs to read with nothing around it: one select by primary key, through the same driver. Fills its table
// with `count` copies of the body that it reads from its input, then prints its port.

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
      // As text: nothing is parsed only to be written again.
      parsers: { 114: (value) => value },
    },
  );
  const [row] = /** @type {{ definition: string }[]} */ (rows);
  return row ? context.body(row.definition, 200, { "content-type": "application/json" }) : context.notFound();
});
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => console.log(`ready ${port}`));
