import type { AccountUsage, PeriodUsage } from "#contract/account.ts";
import { getHttpsUrlIfValid } from "#core/https-url.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";

const NEAR_PERCENT = 80;

/** Reads `{ daily?, monthly? }`, these inside `usage`, or the fields of one period. Undefined for any other JSON. */
export function readUsage(body: JsonValue | undefined): AccountUsage | undefined {
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
