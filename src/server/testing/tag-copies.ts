import { sql } from "drizzle-orm";
import { openEmbeddedStore } from "#server/store/embedded-store.ts";

/**
 * Tags the copies that `fillEmbeddedStore` added to the store of a stopped server. Each condition is SQL on `number`,
 * the number of a copy.
 */
export async function tagCopies(
  directory: string,
  tags: readonly (readonly [tag: string, condition: string])[],
): Promise<void> {
  const fail = (error: unknown) => {
    throw error;
  };
  const callbacks = { onLost: fail, onWait: () => undefined, onTrouble: fail };
  const store = await openEmbeddedStore(directory, callbacks);
  try {
    for (const [tag, condition] of tags) {
      await store.database.execute(sql`
        WITH tagged AS (
          UPDATE flows SET tags = tags || ${tag}::text FROM (
            SELECT id AS copy, substr(id, 6)::integer AS number FROM flows WHERE id ~ '^flow_[0-9]+$'
          ) AS copies WHERE id = copy AND ${sql.raw(condition)} RETURNING organization_id, id
        )
        INSERT INTO flow_tags (organization_id, tag_key, flow_id, name)
        SELECT organization_id, ${tag}, id, ${tag} FROM tagged`);
    }
    await store.database.execute(sql`VACUUM ANALYZE`);
  } finally {
    await store.close();
  }
}
