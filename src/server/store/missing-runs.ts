import { sql } from "drizzle-orm";
import type { DatabaseReader } from "./database.ts";

export interface MissingRunsQuery {
  readonly organizationId: string;
  /** Null for all flows. */
  readonly flowId: string | null;
  readonly minutes: number;
  /** Counts as the last run of a flow that has never run; only for a rule of one flow. */
  readonly watchedFrom: Date;
  /** Last runs up to this time had their alert. */
  readonly reportedUntil: Date | null;
}

export interface FlowWithoutRun {
  readonly id: string;
  readonly name: string;
  readonly lastRunAt: Date | null;
}

export interface MissingRuns {
  /** Flows whose time is over, oldest run first, up to a limit. */
  readonly flows: readonly FlowWithoutRun[];
  /** Number of all such flows. */
  readonly count: number;
  /** The time up to which last runs are reported by this answer. */
  readonly reportedUntil: Date;
  /** Seconds until the next flow may be due. */
  readonly nextSeconds: number;
}

/** More are only counted. */
const MAX_NAMED_FLOWS = 10;
const MAX_COUNTED_FLOWS = 10_000;

/** Finds flows that have not run for the time of a rule, by the index of last runs. By the database's clock. */
export async function findMissingRuns(reader: DatabaseReader, query: MissingRunsQuery): Promise<MissingRuns> {
  const { organizationId, flowId, minutes } = query;
  const watchedFrom = query.watchedFrom.toISOString();
  const after = (query.reportedUntil ?? new Date(0)).toISOString();
  const dueAt = sql`now() - make_interval(mins => ${minutes}::integer)`;
  const since = flowId === null ? sql`last_run_at` : sql`coalesce(last_run_at, ${watchedFrom}::timestamptz)`;
  const ofRule =
    flowId === null
      ? sql`organization_id = ${organizationId}`
      : sql`organization_id = ${organizationId} AND id = ${flowId}`;
  const { rows } = await reader.execute(sql`
    WITH due AS (
      SELECT id, name, last_run_at, ${since} AS since FROM flows
      WHERE ${ofRule} AND ${since} > ${after}::timestamptz AND ${since} <= ${dueAt}
      ORDER BY ${since}, id LIMIT ${MAX_COUNTED_FLOWS}
    )
    SELECT (SELECT count(*)::integer FROM due) AS count,
      (SELECT json_agg(json_build_object('id', id, 'name', name, 'lastRunAt', last_run_at)) FROM (
        SELECT * FROM due ORDER BY since, id LIMIT ${MAX_NAMED_FLOWS}
      ) AS named)::text AS flows,
      to_json(coalesce((SELECT max(since) FROM due), ${after}::timestamptz)) #>> '{}' AS reported_until,
      extract(epoch FROM coalesce((
        SELECT ${since} FROM flows WHERE ${ofRule} AND ${since} > ${dueAt} ORDER BY ${since} LIMIT 1
      ), now()) - (${dueAt}))::float8 AS next_seconds`);
  const [row] = rows;
  const named = row?.["flows"];
  const flows = (typeof named === "string" ? JSON.parse(named) : []) as readonly {
    readonly id: string;
    readonly name: string;
    readonly lastRunAt: string | null;
  }[];
  return {
    flows: flows.map((flow) => ({
      ...flow,
      lastRunAt: flow.lastRunAt === null ? null : new Date(flow.lastRunAt),
    })),
    count: Number(row?.["count"]),
    reportedUntil: new Date(String(row?.["reported_until"])),
    nextSeconds: Number(row?.["next_seconds"]),
  };
}
