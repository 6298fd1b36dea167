import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { describeStores } from "#server/testing/test-stores.ts";
import { migrate } from "./migrate.ts";
import { StartupError } from "./startup-error.ts";

describeStores("migrations", (store) => {
  const tables = async () => {
    const result = await store().database.execute(
      sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    return result.rows.map((row) => row["name"]);
  };

  it("run once, however often the server starts", async () => {
    await migrate(store().database);
    const applied = await store().database.execute(sql`SELECT version, name FROM schema_migrations`);
    expect(applied.rows).toEqual([
      { version: 1, name: "flows" },
      { version: 2, name: "versions" },
      { version: 3, name: "runs" },
      { version: 4, name: "save-keys" },
    ]);
  });

  it("apply all or nothing", async () => {
    const broken = {
      version: 999,
      name: "broken",
      sql: "CREATE TABLE half (a int);\n--> statement-breakpoint\nNONSENSE",
    };
    const before = await tables();
    await expect(migrate(store().database, [broken])).rejects.toThrow();
    expect(await tables()).toEqual(before);
  });

  it("leave a store from a newer version alone and say so", async () => {
    await store().database.execute(sql`INSERT INTO schema_migrations (version, name) VALUES (999, 'future')`);
    const failure = await migrate(store().database).catch((error: unknown) => error);
    await store().database.execute(sql`DELETE FROM schema_migrations WHERE version = 999`);
    expect(failure).toBeInstanceOf(StartupError);
    expect(String(failure)).toContain("newer version");
  });

  it("give every table an organisation", async () => {
    const result = await store().database.execute(sql`
      SELECT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'organization_id' ORDER BY 1`);
    expect(
      [...result.rows.map((row) => row["name"]), "schema_migrations"].toSorted((a, b) =>
        String(a) < String(b) ? -1 : 1,
      ),
    ).toEqual(await tables());
  });
});
