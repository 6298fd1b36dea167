import type { ScheduleBody } from "#contract/schedule.ts";
import { findCronProblem, getNextDueTime, isTimeZone } from "#core/schedule/cron.ts";
import type { JsonTypeOf } from "#server/domain/assert-matches-schema.ts";
import { type CodedErrorDetail, createInvalidRequestError } from "#server/domain/domain-error.ts";
import { parseRecordFilter } from "#server/records/record-filter.ts";
import type { ScheduleRow } from "#server/store/schedule-rows.ts";

export type ScheduleRequestBody = JsonTypeOf<ScheduleBody>;

/** What a request decides of a schedule. JSON values are texts, as they are stored. */
export type ScheduleDefinition = Pick<
  ScheduleRow,
  | "name"
  | "enabled"
  | "cron"
  | "timezone"
  | "runAt"
  | "flowId"
  | "recordType"
  | "recordIds"
  | "recordFilter"
  | "inputs"
  | "messages"
  | "executionOptions"
  | "nextRunAt"
>;

type TargetKey = "flowId" | "recordType" | "recordIds" | "recordFilter" | "inputs" | "messages";
type TriggerType = "recurring" | "one-time";
type TriggerKey = "cron" | "timezone" | "runAt";
type ScheduleTarget = Pick<ScheduleDefinition, TargetKey>;
type ScheduleTrigger = Pick<ScheduleDefinition, TriggerKey>;

const TRIGGER_TYPES: Readonly<Record<string, TriggerType>> = {
  recurring: "recurring",
  cron: "recurring",
  "one-time": "one-time",
  one_time: "one-time",
  onetime: "one-time",
  once: "one-time",
};

/** Cursors and clients expect years of four digits. */
const FIRST_UNSTORABLE_TIME = Date.UTC(10_000, 0);

const NO_TARGET = {
  recordType: null,
  recordIds: null,
  recordFilter: null,
  inputs: null,
  messages: null,
};

/**
 * The schedule after a request. `stored` is the schedule that the request changes. Throws 400 with the paths of fields that
 * are missing, invalid or contradict each other.
 */
export function readScheduleRequest(
  body: ScheduleRequestBody,
  stored: ScheduleDefinition | undefined,
  now: number,
): ScheduleDefinition {
  refuseAgents(body);
  const target = readTarget(body, stored, now);
  const trigger = readTrigger(body, stored, now);
  const enabled = body.enabled ?? stored?.enabled ?? true;
  const executionOptions =
    body.executionOptions === undefined ? (stored?.executionOptions ?? null) : toText(body.executionOptions);
  const definition = {
    name: body.name === undefined ? (stored?.name ?? null) : body.name?.trim() || null,
    enabled,
    ...target,
    ...trigger,
    executionOptions,
  };
  const isSameTime = stored?.enabled === enabled && hasSameTrigger(stored, trigger);
  return { ...definition, nextRunAt: isSameTime ? stored.nextRunAt : getFirstDueTime(definition, now) };
}

/** The first due time after `now`; null for a paused schedule. Throws 400 if the only time has passed. */
export function getFirstDueTime(
  { enabled, cron, timezone, runAt }: ScheduleTrigger & { readonly enabled: boolean },
  now: number,
): Date | null {
  if (!enabled) return null;
  if (cron !== null) return getNextDueTime(cron, timezone ?? "UTC", new Date(now));
  if (runAt && runAt.getTime() > now) return runAt;
  throw refuse({ message: "This time has passed.", path: "runAt", code: "INVALID_VALUE" });
}

function hasSameTrigger(stored: ScheduleTrigger, { cron, timezone, runAt }: ScheduleTrigger): boolean {
  return stored.cron === cron && stored.timezone === timezone && stored.runAt?.getTime() === runAt?.getTime();
}

function refuseAgents(body: ScheduleRequestBody): void {
  const [agentId, path] = pick(body, "target", "agentId");
  if (agentId == null) return;
  throw refuse({
    message: "This server does not run agents. Send a flowId.",
    path,
    code: "UNSUPPORTED_MODE",
  });
}

function readTarget(
  body: ScheduleRequestBody,
  stored: ScheduleTarget | undefined,
  now: number,
): ScheduleTarget {
  const [flowId = stored?.flowId] = pick(body, "target", "flowId");
  if (flowId == null) {
    const message = "This field is required.";
    throw refuse({ message, path: "target.flowId", code: "MISSING_REQUIRED_FIELD" });
  }
  const [recordType] = pick(body, "target", "recordType");
  const [recordIds, idsPath] = pick(body, "target", "recordIds");
  const [recordFilter, filterPath] = pick(body, "target", "recordFilter");
  const [inputs, inputsPath] = pick(body, "target", "inputs");
  const [messages, messagesPath] = pick(body, "target", "messages");
  if (recordIds != null && recordFilter != null) throw refuseBoth(filterPath, "recordIds");
  const hasRecords = recordType != null || recordIds != null || recordFilter != null;
  if (hasRecords && inputs != null) throw refuseBoth(inputsPath, "records");
  if (hasRecords && messages != null) throw refuseBoth(messagesPath, "records");
  if (recordFilter != null) parseRecordFilter(recordFilter, now, { at: filterPath.split(".") });
  if (recordIds != null && new Set(recordIds).size < recordIds.length) {
    throw refuse({ message: "A record is listed twice.", path: idsPath, code: "INVALID_VALUE" });
  }
  const hasOwnValues = inputs != null || messages != null;
  // A request for other records, or for inputs, replaces what the schedule ran on before.
  const kept = { ...NO_TARGET, ...stored };
  const base = hasOwnValues
    ? { ...NO_TARGET, inputs: kept.inputs, messages: kept.messages }
    : hasRecords
      ? {
          ...NO_TARGET,
          recordType: kept.recordType,
          recordIds: kept.recordIds,
          recordFilter: kept.recordFilter,
        }
      : kept;
  return {
    flowId,
    recordType: recordType === undefined ? base.recordType : recordType,
    recordIds: recordIds === undefined ? (recordFilter == null ? base.recordIds : null) : copy(recordIds),
    recordFilter:
      recordFilter === undefined ? (recordIds == null ? base.recordFilter : null) : toText(recordFilter),
    inputs: inputs === undefined ? base.inputs : toText(inputs),
    messages: messages === undefined ? base.messages : toText(messages),
  };
}

function readTrigger(
  body: ScheduleRequestBody,
  stored: ScheduleTrigger | undefined,
  now: number,
): ScheduleTrigger {
  const [cron, cronPath] = pick(body, "trigger", "cron");
  const [runAtText, runAtPath] = pick(body, "trigger", "runAt");
  const [timezone, timezonePath] = pick(body, "trigger", "timezone");
  const type = readTriggerType(body) ?? inferTriggerType(cron, runAtText, stored);
  if (cron != null && runAtText != null) throw refuseBoth(runAtPath, "cron");
  if (type === "one-time") {
    if (cron != null) throw refuseBoth(cronPath, "a one-time trigger");
    const runAt = runAtText == null ? (stored?.runAt ?? undefined) : readRunAt(runAtText, runAtPath);
    if (!runAt) throw refuseMissing("trigger.runAt");
    const zone = timezone === undefined ? (stored?.timezone ?? null) : timezone;
    if (zone !== null && !isTimeZone(zone))
      throw refuseCron("* * * * *", zone, { cronPath, timezonePath }, now);
    const isNew = runAt.getTime() !== stored?.runAt?.getTime();
    if (isNew && !(runAt.getTime() > now))
      throw refuse({ message: "This time has passed.", path: runAtPath, code: "INVALID_VALUE" });
    return { cron: null, timezone: zone, runAt };
  }
  if (runAtText != null) throw refuseBoth(runAtPath, "a recurring trigger");
  const text = (cron ?? stored?.cron)?.trim();
  if (text === undefined) throw refuseMissing("trigger.cron");
  const zone = (timezone === undefined ? stored?.timezone : timezone) ?? "UTC";
  const problem = refuseCron(text, zone, { cronPath, timezonePath }, now);
  if (problem) throw problem;
  return { cron: text, timezone: zone, runAt: null };
}

/** Accepts ISO dates only. Refuses days that do not exist: `Date` takes 30 February as 2 March. */
function readRunAt(text: string, path: string): Date {
  const time = new Date(text);
  const [date, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  if (date === undefined || Number.isNaN(time.getTime()))
    throw refuse({ message: "Expected a time such as 2026-06-01T16:40:24Z.", path, code: "INVALID_FORMAT" });
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day))
    throw refuse({ message: `There is no day ${date}.`, path, code: "INVALID_VALUE" });
  if (time.getTime() >= FIRST_UNSTORABLE_TIME)
    throw refuse({ message: "Expected a time before the year 10000.", path, code: "INVALID_VALUE" });
  return time;
}

function refuseCron(
  cron: string,
  timezone: string,
  { cronPath, timezonePath }: { readonly cronPath: string; readonly timezonePath: string },
  now: number,
): Error | undefined {
  const problem = findCronProblem(cron, timezone, new Date(now));
  if (!problem) return undefined;
  const path = problem.field === "cron" ? cronPath : timezonePath;
  return refuse({ message: problem.message, path, code: "INVALID_VALUE" });
}

function readTriggerType(body: ScheduleRequestBody): TriggerType | undefined {
  const [top, nested] = [body.triggerType ?? undefined, body.trigger?.type ?? undefined];
  const types = [top, nested].map((text) => text && TRIGGER_TYPES[text.toLowerCase()]);
  const path = nested === undefined ? "triggerType" : "trigger.type";
  if (types[0] && types[1] && types[0] !== types[1]) throw refuseBoth(path, "another triggerType");
  const given = nested ?? top;
  const type = types[1] ?? types[0];
  if (given === undefined || type) return type || undefined;
  const message = "Expected recurring or one-time.";
  throw refuse({ message, path, code: "INVALID_VALUE" });
}

function inferTriggerType(
  cron: string | null | undefined,
  runAt: string | null | undefined,
  stored: ScheduleTrigger | undefined,
): TriggerType {
  if (runAt != null) return "one-time";
  if (cron != null) return "recurring";
  return stored?.runAt ? "one-time" : "recurring";
}

type Groups = {
  readonly target: NonNullable<ScheduleRequestBody["target"]>;
  readonly trigger: NonNullable<ScheduleRequestBody["trigger"]>;
};

/** A field from the top or its group, and the path where it stands. Throws 400 if both have different values. */
function pick<Group extends keyof Groups, Key extends keyof Groups[Group] & keyof ScheduleRequestBody>(
  body: ScheduleRequestBody,
  group: Group,
  key: Key,
): readonly [value: Groups[Group][Key] | undefined, path: string] {
  const nested = (body[group] as Groups[Group] | null | undefined)?.[key];
  const top = body[key] as Groups[Group][Key] | undefined;
  const path = `${group}.${key}`;
  if (nested === undefined) return [top, top === undefined ? path : key];
  if (top !== undefined && JSON.stringify(top) !== JSON.stringify(nested))
    throw refuseBoth(path, `another value in ${key}`);
  return [nested, path];
}

function refuseBoth(path: string, other: string): Error {
  return refuse({ message: `Can’t be combined with ${other}.`, path, code: "INVALID_VALUE" });
}

function refuseMissing(path: string): Error {
  return refuse({ message: "This field is required.", path, code: "MISSING_REQUIRED_FIELD" });
}

function refuse(detail: CodedErrorDetail): Error {
  return createInvalidRequestError("The schedule is not valid.", detail);
}

const toText = (value: unknown) => (value == null ? null : JSON.stringify(value));
const copy = <T>(list: readonly T[] | null) => (list === null ? null : [...list]);
