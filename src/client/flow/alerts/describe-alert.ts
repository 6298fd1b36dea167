import type { Alert, AlertBody, AlertTarget } from "#contract/alerts.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

type AlertRule = Pick<Alert, "flowId" | "flowName" | "conditions" | "notRunMinutes">;

/** When the alert is sent, as a sentence without a period: “When any flow fails or recovers”. */
export function describeAlertRule({ flowId, flowName, ...when }: AlertRule): string {
  const flow = flowId === null ? "any flow" : quoteName(flowName ?? "");
  return `When ${flow} ${describeConditions(when)}`;
}

/** As part of a sentence whose subject is the flow. */
export function describeConditions({
  conditions,
  notRunMinutes,
}: Pick<AlertRule, "conditions" | "notRunMinutes">): string {
  const has = (condition: AlertRule["conditions"][number]) => conditions.includes(condition);
  const parts = [
    ...(has("fails") ? ["fails"] : has("failsAgain") ? ["fails again"] : []),
    ...(has("recovers") ? ["recovers"] : []),
    ...(notRunMinutes === null ? [] : [`has not run for ${formatMinutes(notRunMinutes)}`]),
  ];
  const last = parts.pop() ?? "";
  return parts.length === 0 ? last : `${parts.join(", ")} or ${last}`;
}

export function describeAlertTarget(target: AlertTarget): string {
  return target.type === "mail" ? target.addresses.join(", ") : target.url;
}

const HOUR = 60;
const DAY = 24 * HOUR;

/** In the largest unit that divides it; a day as 24 hours, because people say so. */
export function splitMinutes(minutes: number): { readonly amount: number; readonly unit: NotRunUnit } {
  if (minutes % DAY === 0 && minutes > DAY) return { amount: minutes / DAY, unit: "days" };
  if (minutes % HOUR === 0) return { amount: minutes / HOUR, unit: "hours" };
  return { amount: minutes, unit: "minutes" };
}

export const NOT_RUN_UNITS = { minutes: 1, hours: HOUR, days: DAY } as const;
export type NotRunUnit = keyof typeof NOT_RUN_UNITS;

function formatMinutes(minutes: number): string {
  const { amount, unit } = splitMinutes(minutes);
  return formatCount(amount, unit.slice(0, -1));
}

/** The part of an alert that a request sets. */
export function toAlertBody({ flowId, conditions, notRunMinutes, target, isEnabled }: Alert): AlertBody {
  return { flowId, conditions, notRunMinutes, target, isEnabled };
}
