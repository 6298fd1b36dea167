import * as z from "zod/mini";
import type { Schedule, ScheduleBody } from "#contract/schedule.ts";
import type { ErrorDetail } from "#contract/error-body.ts";
import { type JsonObject, type JsonValue, isEqualJson, isJsonObject } from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import { findCronProblem, isTimeZone } from "#core/schedule/cron.ts";
import { type Recurrence, formatRecurrence, parseRecurrence } from "#core/schedule/recurrence.ts";
import { fromLocalTime, toLocalTime } from "#core/schedule/local-time.ts";
import { type RecordFilterForm, createRecordFilterForm, readRecordFilterForm } from "./record-filter-form.ts";

export type ScheduleTarget = "inputs" | "all" | "chosen" | "filter";

export interface ScheduleFormValues {
  readonly flowId: string;
  readonly name: string;
  readonly isOnce: boolean;
  readonly cron: string;
  /** The recurrence that `cron` spells; undefined for a custom expression. */
  readonly recurrence: Recurrence | undefined;
  /** On the clocks of `timezone`, such as “2026-12-05T09:00”. */
  readonly runAt: string;
  readonly timezone: string;
  readonly target: ScheduleTarget;
  readonly recordType: string;
  readonly recordIds: readonly string[];
  readonly filter: RecordFilterForm;
  /** JSON; undefined until the inputs of the flow are known. */
  readonly inputs: string | undefined;
  readonly concurrency: string;
}

export type ScheduleFormField = Exclude<keyof ScheduleFormValues, "isOnce" | "target">;

const FIRST_RECURRENCE: Recurrence = { type: "weekdays", time: "09:00" };
const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_NAME_LENGTH = 200;

export function createScheduleForm(
  schedule: Schedule | undefined,
  flowId: string,
  ownTimezone: string,
  now: number,
): ScheduleFormValues {
  const timezone = schedule?.timezone ?? (schedule?.cron == null ? ownTimezone : "UTC");
  const cron = schedule?.cron ?? formatRecurrence(FIRST_RECURRENCE);
  const runAt = schedule?.runAt == null ? new Date(now + DAY_MS) : new Date(schedule.runAt);
  const concurrency = schedule?.executionOptions["recordConcurrency"];
  return {
    flowId: schedule?.flowId ?? flowId,
    name: schedule?.name ?? "",
    isOnce: schedule?.runAt != null,
    cron,
    recurrence: parseRecurrence(cron),
    runAt: toLocalTime(runAt, isTimeZone(timezone) ? timezone : "UTC"),
    timezone,
    target: findTarget(schedule),
    recordType: schedule?.recordType ?? "",
    recordIds: schedule?.recordIds ?? [],
    filter: createRecordFilterForm(schedule?.recordFilter ?? undefined),
    inputs: schedule?.inputs == null ? undefined : JSON.stringify(schedule.inputs, null, 2),
    concurrency:
      typeof concurrency === "number" && Number.isInteger(concurrency) && concurrency >= 1
        ? String(concurrency)
        : "",
  };
}

function findTarget(schedule: Schedule | undefined): ScheduleTarget {
  if (schedule?.recordFilter != null) return "filter";
  if (schedule?.recordIds != null) return "chosen";
  return schedule?.recordType == null ? "inputs" : "all";
}

/** `now`: milliseconds. */
export function findScheduleFormErrors(
  values: ScheduleFormValues,
  now: number,
): { readonly [field in ScheduleFormField]?: string } {
  const { flowId, name, concurrency } = values;
  const count = Number(concurrency);
  const isCount = concurrency.trim() === "" || (Number.isInteger(count) && count >= 1);
  return {
    ...(flowId === "" && { flowId: "Choose a flow." }),
    ...(name.length > MAX_NAME_LENGTH && { name: `At most ${MAX_NAME_LENGTH} characters.` }),
    ...findTriggerErrors(values, now),
    ...findTargetErrors(values),
    ...(!isCount && values.target !== "inputs" && { concurrency: "Use a whole number from 1." }),
  };
}

function findTriggerErrors({ isOnce, cron, runAt, recurrence, timezone }: ScheduleFormValues, now: number) {
  const problem = findCronProblem(isOnce ? "* * * * *" : cron, timezone, new Date(now));
  if (problem?.field === "timezone") return { timezone: problem.message };
  if (!isOnce) {
    if (recurrence?.type === "weekly" && recurrence.days.length === 0)
      return { recurrence: "Choose at least one day." };
    return problem && { cron: problem.message };
  }
  // The server refuses a new time that has passed; the one of a schedule that has run may stay.
  return fromLocalTime(runAt, timezone) ? undefined : { runAt: "Enter a date and a time." };
}

function findTargetErrors({ target, recordType, recordIds, filter, inputs = "{}" }: ScheduleFormValues) {
  if (target === "inputs") {
    const { message } = readInputs(inputs);
    return message === undefined ? undefined : { inputs: message };
  }
  if (recordType.trim() === "") return { recordType: "Choose a record type." };
  if (target === "chosen" && recordIds.length === 0) return { recordIds: "Choose at least one record." };
  const reading = target === "filter" ? readRecordFilterForm(filter) : undefined;
  return reading?.type === "broken" ? { filter: reading.message } : undefined;
}

function readInputs(text: string): { readonly value: JsonObject; readonly message?: string } {
  if (text.trim() === "") return { value: {} };
  const reading = parseJsonText(text);
  if (reading.type === "broken") return { value: {}, message: reading.message };
  if (isJsonObject(reading.value)) return { value: reading.value };
  return { value: {}, message: "Inputs must be a JSON object." };
}

/** For the resolver of the form. */
export const scheduleFormSchema = z.custom<ScheduleFormValues>().check((payload) => {
  for (const [field, message] of Object.entries(findScheduleFormErrors(payload.value, Date.now())))
    payload.issues.push({ code: "custom", path: [field], message, input: payload.value });
});

type Groups = Pick<ScheduleBody, "name" | "target" | "trigger" | "executionOptions">;

/** The body that creates the schedule. The form must be valid. */
export function createScheduleBody(values: ScheduleFormValues): Groups {
  const { name, flowId, isOnce, cron, runAt, timezone, concurrency, target } = values;
  const recordConcurrency = target === "inputs" ? "" : concurrency.trim();
  return {
    name: name.trim() || null,
    target: { flowId, ...createTarget(values) },
    trigger: isOnce
      ? { type: "one-time", runAt: fromLocalTime(runAt, timezone)?.toISOString(), timezone }
      : { type: "recurring", cron: cron.trim(), timezone },
    ...(recordConcurrency !== "" && { executionOptions: { recordConcurrency: Number(recordConcurrency) } }),
  };
}

function createTarget({ target, recordType, recordIds, filter, inputs = "{}" }: ScheduleFormValues) {
  if (target === "inputs") return { inputs: readInputs(inputs).value };
  const type = { recordType: recordType.trim() };
  if (target === "all") return type;
  if (target === "chosen") return { ...type, recordIds: [...recordIds] };
  const reading = readRecordFilterForm(filter);
  return reading.type === "filter" ? { ...type, recordFilter: reading.filter } : type;
}

/** The parts that `after` changes: whole groups, with null for a value that was removed. Other `options` are kept. */
export function createScheduleChanges(
  before: ScheduleFormValues,
  after: ScheduleFormValues,
  options: JsonObject,
): Groups {
  const [old, next] = [createScheduleBody(before), createScheduleBody(after)];
  const concurrency = next.executionOptions?.["recordConcurrency"] ?? null;
  return {
    ...(old.name !== next.name && { name: next.name }),
    ...(!isEqual(old.target, next.target) && { target: withNulls(old.target, next.target) }),
    ...(!isEqual(old.trigger, next.trigger) && { trigger: next.trigger }),
    ...(concurrency !== (old.executionOptions?.["recordConcurrency"] ?? null) && {
      executionOptions: { ...options, recordConcurrency: concurrency },
    }),
  };
}

function withNulls(before: Groups["target"], after: Groups["target"]): Groups["target"] {
  const removed = Object.keys(before ?? {}).filter((key) => !Object.hasOwn(after ?? {}, key));
  return { ...Object.fromEntries(removed.map((key) => [key, null])), ...after };
}

const isEqual = (a: unknown, b: unknown) => isEqualJson(a as JsonValue, b as JsonValue);

const FIELDS_BY_PATH: Readonly<Record<string, ScheduleFormField>> = {
  flowId: "flowId",
  name: "name",
  cron: "cron",
  timezone: "timezone",
  runAt: "runAt",
  recordType: "recordType",
  recordIds: "recordIds",
  recordFilter: "filter",
  inputs: "inputs",
  recordConcurrency: "concurrency",
};

/** Finds the field of an error of the server, whose path may begin with the group of the field. */
export function findFieldOfErrorDetail({
  path = "",
}: Pick<ErrorDetail, "path">): ScheduleFormField | undefined {
  const parts = path.split(".");
  const [group = "", field] = parts;
  const isGrouped = ["target", "trigger", "executionOptions"].includes(group);
  return FIELDS_BY_PATH[(isGrouped ? field : group) ?? ""];
}
