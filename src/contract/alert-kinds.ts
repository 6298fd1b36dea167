/** When a rule sends an alert. `failsAgain`: the run before failed too; `recovers`: the run before failed. */
export const ALERT_CONDITIONS = ["fails", "failsAgain", "recovers"] as const;
export type AlertCondition = (typeof ALERT_CONDITIONS)[number];

/** What an alert says. `summary`: further runs within the hour after an alert. */
export const ALERT_KINDS = ["fails", "failsAgain", "recovers", "notRun", "summary", "test"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** `pending`: sent soon, or again after a failure; `dropped`: the rule was paused first. */
export const ALERT_DELIVERY_STATES = ["pending", "sent", "failed", "dropped"] as const;
export type AlertDeliveryState = (typeof ALERT_DELIVERY_STATES)[number];

export const ALERT_LIMITS = {
  rules: 100,
  addresses: 20,
  addressLength: 320,
  urlLength: 2000,
  minNotRunMinutes: 5,
  maxNotRunMinutes: 90 * 24 * 60,
} as const;
