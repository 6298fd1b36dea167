import * as z from "zod/mini";
import { ALERT_LIMITS, type AlertCondition } from "#contract/alert-kinds.ts";
import type { Alert, AlertBody } from "#contract/alerts.ts";
import { NOT_RUN_UNITS, splitMinutes } from "./describe-alert.ts";

/** The values of the form; `isRepeated` narrows `fails` to runs after another failed one. */
export const alertFormSchema = z
  .object({
    flowId: z.nullable(z.string("Choose a flow.")),
    fails: z.boolean(),
    isRepeated: z.boolean(),
    recovers: z.boolean(),
    isMissing: z.boolean(),
    amount: z.string(),
    unit: z.enum(["minutes", "hours", "days"]),
    targetType: z.enum(["mail", "webhook"]),
    addresses: z.string(),
    url: z.string(),
  })
  .check((context) => {
    const { value } = context;
    const refuse = (path: keyof typeof value, message: string) =>
      context.issues.push({ code: "custom", path: [path], message, input: value[path] });
    if (!value.fails && !value.recovers && !value.isMissing) refuse("fails", "Choose at least one.");
    if (value.flowId === "") refuse("flowId", "Choose a flow.");
    if (value.isMissing && !isPossible(countMinutes(value)))
      refuse("amount", `Enter 5 minutes to ${ALERT_LIMITS.maxNotRunMinutes / NOT_RUN_UNITS.days} days.`);
    if (value.targetType === "mail") {
      const addresses = splitAddresses(value.addresses);
      const wrong = addresses.find((address) => !/^[^\s@]+@[^\s@]+$/.test(address));
      if (addresses.length === 0) refuse("addresses", "Enter at least one address.");
      else if (addresses.length > ALERT_LIMITS.addresses)
        refuse("addresses", `At most ${ALERT_LIMITS.addresses} addresses.`);
      else if (wrong !== undefined) refuse("addresses", `“${wrong}” is not an email address.`);
    } else if (!/^https?:\/\/[^/]/i.test(value.url.trim()))
      refuse("url", "Enter a URL that starts with https:// or http://.");
  });

export type AlertForm = z.infer<typeof alertFormSchema>;

const DEFAULT_NOT_RUN = { amount: "24", unit: "hours" } as const;

/** The form of a new alert, or of one to edit. A new one is about this flow, or about all. */
export function toAlertForm(alert: Alert | undefined, flowId: string | null): AlertForm {
  const { conditions = ["fails"], notRunMinutes = null, target } = alert ?? {};
  const span = notRunMinutes === null ? undefined : splitMinutes(notRunMinutes);
  return {
    flowId: alert ? alert.flowId : flowId,
    fails: conditions.includes("fails") || conditions.includes("failsAgain"),
    isRepeated: conditions.includes("failsAgain") && !conditions.includes("fails"),
    recovers: conditions.includes("recovers"),
    isMissing: span !== undefined,
    ...(span ? { amount: String(span.amount), unit: span.unit } : DEFAULT_NOT_RUN),
    targetType: target?.type ?? "mail",
    addresses: target?.type === "mail" ? target.addresses.join(", ") : "",
    url: target?.type === "webhook" ? target.url : "",
  };
}

export function toBodyOfForm(form: AlertForm, isEnabled: boolean): AlertBody {
  const conditions: AlertCondition[] = [];
  if (form.fails) conditions.push(form.isRepeated ? "failsAgain" : "fails");
  if (form.recovers) conditions.push("recovers");
  return {
    flowId: form.flowId,
    conditions,
    notRunMinutes: form.isMissing ? countMinutes(form) : null,
    target:
      form.targetType === "mail"
        ? { type: "mail", addresses: splitAddresses(form.addresses) }
        : { type: "webhook", url: form.url.trim() },
    isEnabled,
  };
}

function countMinutes({ amount, unit }: Pick<AlertForm, "amount" | "unit">): number {
  return /^\d{1,6}$/.test(amount.trim()) ? Number(amount) * NOT_RUN_UNITS[unit] : Number.NaN;
}

function isPossible(minutes: number): boolean {
  return minutes >= ALERT_LIMITS.minNotRunMinutes && minutes <= ALERT_LIMITS.maxNotRunMinutes;
}

function splitAddresses(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map((address) => address.trim())
    .filter((address) => address !== "");
}
