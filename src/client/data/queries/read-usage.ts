import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { getHttpsUrlIfValid } from "#client/data/api/api-error.ts";

/** Executions of one period. A field is absent if the API reported no value or an impossible value. */
export interface PeriodUsage {
  readonly period: "day" | "month";
  readonly used: number;
  readonly limit?: number;
  /** Share of the limit in percent, at most 100. */
  readonly percent?: number;
  readonly isUnlimited: boolean;
  readonly isSlow: boolean;
  readonly isNearLimit: boolean;
  readonly isAtLimit: boolean;
  readonly overage: number;
  /** Milliseconds since the epoch. */
  readonly resetsAt?: number;
}

export interface ExecutionUsage {
  readonly periods: readonly PeriodUsage[];
  readonly tier?: string;
  readonly upgradeUrl?: string;
}

export type UsageLevel = "normal" | "warning" | "limit" | "slow";

const NEAR_PERCENT = 80;

/** Reads `{ daily?, monthly? }`, these inside `usage`, or the fields of one period. Undefined for any other JSON. */
export function readUsage(json: unknown): ExecutionUsage | undefined {
  const body = json as JsonValue | undefined;
  if (!isJsonObject(body)) return undefined;
  const root = isJsonObject(body["usage"]) ? body["usage"] : body;
  const parts: readonly (readonly [JsonValue | undefined, PeriodUsage["period"]])[] = [
    [root["daily"], "day"],
    [root["monthly"], "month"],
  ];
  const nested = parts.flatMap(([part, period]) => (isJsonObject(part) ? [{ part, period }] : []));
  const found = nested.length > 0 ? nested : [{ part: root, period: periodOf(root) }];
  const periods = found.flatMap(({ part, period }) => readPeriod(part, period) ?? []);
  if (periods.length === 0) return undefined;
  const tier = found
    .map(({ part }) => part["tier"])
    .find((value) => typeof value === "string" && value !== "");
  const upgradeUrl = getHttpsUrlIfValid(body["upgradeUrl"] ?? root["upgradeUrl"]);
  return {
    periods,
    ...(typeof tier === "string" && { tier: tier.slice(0, 60) }),
    ...(upgradeUrl !== undefined && { upgradeUrl }),
  };
}

const periodOf = (part: JsonObject): PeriodUsage["period"] =>
  typeof part["periodType"] === "string" && part["periodType"].startsWith("month") ? "month" : "day";

function readPeriod(part: JsonObject, period: PeriodUsage["period"]): PeriodUsage | undefined {
  const limit = getNumber(part["executionLimit"], 1);
  const remaining = getNumber(part["remaining"], 0);
  const used =
    getNumber(part["executionsUsed"], 0) ??
    (limit !== undefined && remaining !== undefined ? Math.max(0, limit - remaining) : undefined);
  if (used === undefined) return undefined;
  const isUnlimited = part["isUnlimited"] === true;
  const reported = getNumber(part["percentUsed"], 0);
  const percent = isUnlimited ? undefined : limit === undefined ? reported : (100 * used) / limit;
  const resetsAt = typeof part["resetsAt"] === "string" ? Date.parse(part["resetsAt"]) : Number.NaN;
  return {
    period,
    used,
    ...(limit !== undefined && !isUnlimited && { limit }),
    ...(percent !== undefined && { percent: Math.min(100, percent) }),
    isUnlimited,
    isSlow: part["inSlowMode"] === true,
    isNearLimit: part["isNearLimit"] === true || (percent ?? 0) >= NEAR_PERCENT,
    isAtLimit: part["isAtLimit"] === true || (limit !== undefined && !isUnlimited && used >= limit),
    overage: getNumber(part["overageCount"], 0) ?? 0,
    ...(Number.isFinite(resetsAt) && { resetsAt }),
  };
}

function getNumber(value: JsonValue | undefined, min: number): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= min ? value : undefined;
}

export function getUsageLevel(usage: ExecutionUsage | undefined): UsageLevel {
  const periods = usage?.periods ?? [];
  if (periods.some(({ isSlow }) => isSlow)) return "slow";
  if (periods.some(({ isAtLimit }) => isAtLimit)) return "limit";
  return periods.some(({ isNearLimit }) => isNearLimit) ? "warning" : "normal";
}

/** Returns the period that is closest to its limit, which a small meter shows. */
export function getTightestPeriod({ periods }: ExecutionUsage): PeriodUsage | undefined {
  const share = ({ isSlow, percent }: PeriodUsage) => (isSlow ? 1000 : (percent ?? -1));
  return periods.toSorted((a, b) => share(b) - share(a))[0];
}
