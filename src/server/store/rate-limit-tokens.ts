import { sql } from "drizzle-orm";
import type { Database } from "./database.ts";

export interface RateLimitKey {
  readonly organizationId: string;
  readonly key: string;
  readonly perMinute: number;
}

/** Refills by the database's clock. Returns the tokens taken (`granted`) and left (`tokens`). */
export async function takeRateLimitTokens(
  database: Database,
  { organizationId, key, perMinute }: RateLimitKey,
  wanted: number,
): Promise<{ readonly granted: number; readonly tokens: number }> {
  const first = Math.min(wanted, perMinute);
  const filled = sql`least(${perMinute}::float8, bucket.tokens
    + greatest(0, extract(epoch FROM now() - bucket.updated_at)::float8) * ${perMinute / 60}::float8)`;
  const granted = sql`floor(least(${wanted}::float8, ${filled}))`;
  const { rows } = await database.execute(sql`
    INSERT INTO rate_limits AS bucket (organization_id, key, tokens, granted, updated_at)
    VALUES (${organizationId}, ${key}, ${perMinute - first}::float8, ${first}::integer, now())
    ON CONFLICT (organization_id, key) DO UPDATE SET tokens = ${filled} - ${granted}, granted = ${granted}, updated_at = now()
    RETURNING bucket.granted, bucket.tokens`);
  return { granted: Number(rows[0]?.["granted"]), tokens: Number(rows[0]?.["tokens"]) };
}

export async function returnRateLimitTokens(
  database: Database,
  { organizationId, key, perMinute }: RateLimitKey,
  tokens: number,
): Promise<void> {
  await database.execute(sql`
    UPDATE rate_limits SET tokens = least(${perMinute}::float8, tokens + ${tokens}::float8)
    WHERE organization_id = ${organizationId} AND key = ${key}`);
}
