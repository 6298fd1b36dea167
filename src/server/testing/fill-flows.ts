import { sql } from "drizzle-orm";
import type { JsonObject } from "#core/json/json.ts";
import { deriveFlowDefinitionColumns } from "#server/flows/definition.ts";
import { buildFlowIndex, toStepIndexEntry } from "#server/flows/step-index/index-entry.ts";
import { findStepContents } from "#server/flows/step-index/find-names-in-step-texts.ts";
import { ensureStepTerms } from "#server/store/step-index-entry.ts";
import type { Store } from "#server/store/store.ts";
import { type StorePlace, withStoppedStore } from "./stopped-store.ts";

const COPIES_PER_STATEMENT = 5_000;

/** This text in a copied flow becomes the number of the copy. */
const COPY_NUMBER = "copynumber";

/** Indexes that would make the inserts slow. */
const SUSPENDED_INDEXES = ["flows_by_name_ngrams", "step_terms_by_key_part"];

const SUSPEND_STATEMENTS = [
  sql`ALTER TABLE step_postings DROP CONSTRAINT step_postings_pkey`,
  sql`ALTER TABLE flows DISABLE TRIGGER flows_counted`,
];

const RESUME_STATEMENTS = [
  sql`INSERT INTO flow_counts AS counts (organization_id, publish_state, flows)
    SELECT organization_id, publish_state, count(*) FROM flows GROUP BY 1, 2
    ON CONFLICT (organization_id, publish_state) DO UPDATE SET flows = excluded.flows`,
  sql`ALTER TABLE flows ENABLE TRIGGER flows_counted`,
  sql`ALTER TABLE step_postings ADD PRIMARY KEY (term_id, flow_number)`,
];

/** Outcomes of 40 runs, of which each copy gets 20: all bars of a list are drawn. */
const OUTCOMES = "cccccfcccpccccccxcccccccccfccccccccccpcc";

interface CopiedFlow {
  readonly name: string;
  readonly flowSteps: readonly JsonObject[];
}

/** Adds copies of a flow to a store that no server uses. */
export async function fillFlows(place: StorePlace, count: number, flow: CopiedFlow): Promise<void> {
  await withStoppedStore(place, (store) => insertFlowCopies(store, count, flow));
}

/**
 * Adds `count` copies of a flow to a store that no server uses, with their entries in the step index. The
 * text `copynumber` in names becomes the number of the copy. Suspends indexes and the counting triggers,
 * which would make the inserts slow.
 */
async function insertFlowCopies(store: Store, count: number, { name, flowSteps }: CopiedFlow): Promise<void> {
  const { steps, stepCount, totalStepCount, disabledStepCount, line } = deriveFlowDefinitionColumns(
    name,
    flowSteps,
  );
  const entry = toStepIndexEntry(buildFlowIndex(flowSteps, findStepContents(flowSteps)));
  const shared = entry.terms.filter(({ key }) => !key.includes(COPY_NUMBER));
  const own = JSON.stringify(entry.terms.filter(({ key }) => key.includes(COPY_NUMBER)));
  const termIds = JSON.stringify(await store.write((tx) => ensureStepTerms(tx, "org_local", shared)));
  const { database } = store;
  const indexes = await database.execute(sql`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE schemaname = 'public' AND indexname IN (${sql.join(
      SUSPENDED_INDEXES.map((name) => sql`${name}`),
      sql`, `,
    )})`);
  for (const { name } of indexes.rows)
    await database.execute(sql`DROP INDEX ${sql.identifier(String(name))}`);
  for (const statement of SUSPEND_STATEMENTS) await database.execute(statement);
  for (let done = 0; done < count; done += COPIES_PER_STATEMENT) {
    const last = Math.min(done + COPIES_PER_STATEMENT, count);
    const copies = sql`generate_series(${done + 1}::integer, ${last}::integer) AS n`;
    const numbered = (text: string) => sql`replace(${text}, ${COPY_NUMBER}, n::text)`;
    await database.execute(sql`
      INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, total_step_count,
        disabled_step_count, line, revision, definition_hash, counted_hash, indexed_hash, last_run_at, last_run_status,
        recent_outcomes, created_at, updated_at)
      SELECT 'org_local', 'flow_' || n, 'user_local', ${numbered(name)}, lower(${numbered(name)}),
        ${numbered(steps)}::json, ${stepCount}, ${totalStepCount}, ${disabledStepCount}, ${numbered(line)}::json, 1,
        'hash', 'hash', 'hash', now(), 'completed', substr(${OUTCOMES}, n % 20 + 1, 20), now(), now() + n * interval '1 ms'
      FROM ${copies}`);
    await database.execute(sql`
      INSERT INTO step_terms (organization_id, kind, term, key)
      SELECT 'org_local', kind, replace(term, ${COPY_NUMBER}, n::text), replace(key, ${COPY_NUMBER}, n::text)
      FROM ${copies}, json_to_recordset(${own}::json) AS terms (kind text, term text, key text)`);
    await database.execute(sql`
      INSERT INTO step_index (organization_id, flow_id, term_ids, steps)
      SELECT 'org_local', 'flow_' || n,
        ARRAY(SELECT value::integer FROM json_array_elements_text(${termIds}::json))
        || ARRAY(
          -- A subquery, because PostgreSQL may read all terms for a join.
          SELECT (
            SELECT id FROM step_terms WHERE organization_id = 'org_local' AND step_terms.kind = own.kind
              AND step_terms.term = replace(own.term, ${COPY_NUMBER}, n::text)
          ) FROM json_to_recordset(${own}::json) AS own (kind text, term text)),
        ${numbered(entry.steps)}::json
      FROM ${copies}`);
  }
  await database.execute(sql`
    INSERT INTO step_postings (organization_id, term_id, flow_number)
    SELECT organization_id, term_id, flow_number FROM step_index, unnest(term_ids) AS term_id`);
  for (const statement of RESUME_STATEMENTS) await database.execute(statement);
  for (const { definition } of indexes.rows) await database.execute(sql.raw(String(definition)));
  await database.execute(sql`VACUUM ANALYZE`);
}
