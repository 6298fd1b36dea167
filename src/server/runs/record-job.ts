import { parseJson } from "#core/json/json.ts";
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { BatchIdentifier } from "#server/store/batch-record-rows.ts";
import { getQueueGroupOfBatch } from "#server/store/record-queue.ts";
import type { MalformedJobResult } from "#server/telemetry/server-metrics.ts";

/** Format of jobs of retries, which older servers leave alone. */
export const RETRY_FORMAT = 2;
/** Highest format of job data that this version reads. Data without `v` have format 1. */
const FORMAT = RETRY_FORMAT;
const MAX_POSITION = 2 ** 31 - 1;

const formatSchema = z.object({ v: z.int().check(z.gt(FORMAT)) });
const addressSchema = z.object({
  v: z.optional(z.int().check(z.gte(1), z.lte(FORMAT))),
  organizationId: z.string(),
  batchId: z.string(),
  position: z.int().check(z.gte(0), z.lte(MAX_POSITION)),
});

/** One attempt at a record: `retryCount` distinguishes it from other attempts at the same job. */
export interface RecordJob extends BatchIdentifier {
  readonly id: string;
  readonly retryCount: number;
  readonly position: number;
}

/** A job as pg-boss returns it. */
interface FetchedJob extends Pick<RecordJob, "id" | "retryCount"> {
  readonly data: unknown;
  readonly groupId?: string | null;
}

/** A fetched job. Without `job`, this version cannot run it. */
export interface RecordJobReading extends Pick<RecordJob, "id" | "retryCount"> {
  readonly job?: RecordJob;
  /** Set if the data are not as this version writes them. */
  readonly malformed?: MalformedJobResult;
}

/** Reads which record a job names: by its data or, if they are malformed, by its group and id. */
export function readRecordJob({ id, retryCount, groupId, data }: FetchedJob): RecordJobReading {
  const value = typeof data === "string" ? parseJson(data) : data;
  if (formatSchema.safeParse(value).success) return { id, retryCount, malformed: "newer" };
  const written = addressSchema.safeParse(value).data;
  const address = written ?? readAddressFromId(id, groupId ?? "");
  if (!address) return { id, retryCount, malformed: "cancelled" };
  const { organizationId, batchId, position } = address;
  const job = { id, retryCount, organizationId, batchId, position };
  return { id, retryCount, job, ...(!written && { malformed: "run" }) };
}

/** Derived, to be stored nowhere. Sorts like positions: pg-boss takes the jobs of a group by id. */
export function getRecordJobId(batch: BatchIdentifier, position: number): string {
  const hash = createHash("md5").update(getQueueGroupOfBatch(batch)).digest("hex").slice(0, 24);
  const hex = hash + position.toString(16).padStart(8, "0");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function readAddressFromId(id: string, group: string): Omit<RecordJob, "id" | "retryCount"> | undefined {
  const [, organizationId, batchId] = /^(.*)\/([^/]+)$/s.exec(group) ?? [];
  if (organizationId === undefined || batchId === undefined) return undefined;
  const position = Number.parseInt(id.slice(-8), 16);
  const isOfGroup = position <= MAX_POSITION && getRecordJobId({ organizationId, batchId }, position) === id;
  return isOfGroup ? { organizationId, batchId, position } : undefined;
}
