import * as z from "zod/mini";
import type { AlertKind } from "#contract/alert-kinds.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import { ensureFinalPeriod } from "#server/domain/step-failure.ts";
import { truncateText } from "#server/domain/truncate-text.ts";

const MAX_NAME = 200;
const MAX_ERROR = 500;

const runSchema = z.object({
  id: z.string(),
  status: z.string(),
  totalRecords: z.number(),
  failedRecords: z.number(),
  firstError: z.nullable(z.string()),
});

/** What an alert says, as stored with its delivery. A request has the same fields. */
const contentSchema = z.object({
  flow: z.nullable(z.object({ id: z.string(), name: z.string() })),
  run: z.optional(runSchema),
  failedRuns: z.optional(z.number()),
  recoveredRuns: z.optional(z.number()),
  notRunMinutes: z.optional(z.number()),
  flowsWithoutRun: z.optional(
    z.array(z.object({ id: z.string(), name: z.string(), lastRunAt: z.nullable(z.string()) })),
  ),
  flowsWithoutRunCount: z.optional(z.number()),
});

export type AlertContent = z.infer<typeof contentSchema>;

const collectedSchema = z.object({ flow: z.object({ id: z.string(), name: z.string() }), run: runSchema });

/** A run as its flow's state keeps it for the next summary. */
export type CollectedRun = z.infer<typeof collectedSchema>;

export function parseAlertContent(json: string): AlertContent {
  return z.parse(contentSchema, JSON.parse(json));
}

/** Leaves out error texts, which quote records, for a rule of a key that may not read records. */
export function describeContentFor(rule: Pick<Caller, "scopes">, content: AlertContent): AlertContent {
  const { run } = content;
  if (!run || isScopeGrantedToCaller(rule, "RECORDS:READ")) return content;
  return { ...content, run: { ...run, firstError: null } };
}

export function parseCollectedRun(json: string): CollectedRun {
  return z.parse(collectedSchema, JSON.parse(json));
}

export interface EndedRun {
  readonly id: string;
  readonly status: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly totalRecords: number;
  readonly failedRecords: number;
  readonly firstError: string | null;
}

/** Shortens the texts of a run, which are stored with each alert about it. */
export function describeRunForAlert(run: EndedRun): CollectedRun {
  const { id, status, totalRecords, failedRecords, firstError } = run;
  return {
    flow: { id: run.flowId, name: truncateText(run.flowName, MAX_NAME) },
    run: {
      id,
      status,
      totalRecords,
      failedRecords,
      firstError: firstError === null ? null : truncateText(firstError, MAX_ERROR),
    },
  };
}

/** The alert in one line, which is the subject of a mail. */
export function formatAlertTitle(kind: AlertKind, content: AlertContent): string {
  const flow = content.flow && quoteName(toSingleLine(content.flow.name));
  switch (kind) {
    case "fails":
      return `${flow} failed`;
    case "failsAgain":
      return `${flow} failed again`;
    case "recovers":
      return `${flow} recovered`;
    case "notRun":
      return `${flow ?? countText(content.flowsWithoutRunCount ?? 0, "flow")} ${flow !== null || content.flowsWithoutRunCount === 1 ? "has" : "have"} not run for ${formatMinutes(content.notRunMinutes ?? 0)}`;
    case "summary":
      return `${flow}: ${formatCounts(content)}`;
    case "test":
      return `Test alert for ${flow ?? "all flows"}`;
  }
}

/** The sentences below the title. */
export function listAlertSentences(kind: AlertKind, content: AlertContent): readonly string[] {
  const { run, flowsWithoutRun = [], flowsWithoutRunCount = 0 } = content;
  if (kind === "test") return ["This is a test. Alerts of this rule arrive here."];
  if (kind === "notRun") {
    const rest = flowsWithoutRunCount - flowsWithoutRun.length;
    return [
      ...flowsWithoutRun.map(({ name, lastRunAt }) => {
        const last = lastRunAt === null ? "never ran" : `last run ${formatTime(lastRunAt)}`;
        return `${toSingleLine(name)}: ${last}`;
      }),
      ...(rest > 0 ? [`and ${countText(rest, "more flow")}`] : []),
    ];
  }
  if (!run) return [];
  const failure = run.firstError === null ? [] : [`First failure: ${ensureFinalPeriod(run.firstError)}`];
  if (kind === "summary")
    return [
      `The latest of these runs ${run.status === "completed" && run.failedRecords === 0 ? "completed" : "failed"}.`,
      ...failure,
    ];
  if (kind === "recovers") return ["The last run completed; the run before it failed."];
  const records =
    run.totalRecords > 1 ? [`${run.failedRecords} of ${countText(run.totalRecords, "record")} failed.`] : [];
  return [...records, ...failure];
}

function formatCounts({ failedRuns = 0, recoveredRuns = 0 }: AlertContent): string {
  const parts = [
    ...(failedRuns > 0 ? [`${countText(failedRuns, "more run")} failed`] : []),
    ...(recoveredRuns > 0 ? [`recovered ${recoveredRuns === 1 ? "once" : `${recoveredRuns} times`}`] : []),
  ];
  return parts.join(", ");
}

function countText(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** As words: “24 hours”, “3 days”. */
function formatMinutes(minutes: number): string {
  if (minutes % 1440 === 0 && minutes > 1440) return countText(minutes / 1440, "day");
  if (minutes % 60 === 0) return countText(minutes / 60, "hour");
  return countText(minutes, "minute");
}

function formatTime(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}

/** A mail server refuses a subject with a line break. */
function toSingleLine(name: string): string {
  return name.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
