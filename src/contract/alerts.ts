import * as z from "zod/mini";
import { PAUSE_REASONS } from "./pause-reasons.ts";
import { ALERT_CONDITIONS, ALERT_DELIVERY_STATES, ALERT_KINDS, ALERT_LIMITS } from "./alert-kinds.ts";

/** Each of the addresses gets the mail; a request goes to the URL by POST, as JSON. */
export const alertTargetSchema = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("mail"),
    addresses: z
      .array(z.string().check(z.minLength(3), z.maxLength(ALERT_LIMITS.addressLength)))
      .check(z.minLength(1), z.maxLength(ALERT_LIMITS.addresses)),
  }),
  z.looseObject({
    type: z.literal("webhook"),
    url: z.string().check(z.minLength(1), z.maxLength(ALERT_LIMITS.urlLength)),
  }),
]);

/** A flow is null for all flows. `notRunMinutes`: also when a flow has not run for so long. */
export const alertBodySchema = z.looseObject({
  flowId: z.nullable(z.string().check(z.minLength(1), z.maxLength(128))),
  conditions: z.array(z.enum(ALERT_CONDITIONS)).check(z.maxLength(ALERT_CONDITIONS.length)),
  notRunMinutes: z.nullable(
    z.int().check(z.gte(ALERT_LIMITS.minNotRunMinutes), z.lte(ALERT_LIMITS.maxNotRunMinutes)),
  ),
  target: alertTargetSchema,
  isEnabled: z.boolean(),
});

export const alertDeliverySchema = z.looseObject({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  /** The alert as a sentence. */
  title: z.string(),
  flowId: z.nullable(z.string()),
  /** The run that it is about. */
  runId: z.nullable(z.string()),
  state: z.enum(ALERT_DELIVERY_STATES),
  attempts: z.number(),
  error: z.nullable(z.string()),
  createdAt: z.string(),
  attemptedAt: z.nullable(z.string()),
  nextAttemptAt: z.nullable(z.string()),
});

export const alertSchema = z.extend(alertBodySchema, {
  id: z.string(),
  flowName: z.nullable(z.string()),
  /** Null if it is on, or if a user switched it off. */
  pauseReason: z.optional(z.nullable(z.enum(PAUSE_REASONS))),
  createdBy: z.nullable(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
  lastDelivery: z.nullable(alertDeliverySchema),
});

/** `secret` signs the requests. Only the response that generates it has it. */
export const savedAlertSchema = z.extend(alertSchema, { secret: z.optional(z.string()) });

export const alertListSchema = z.looseObject({ alerts: z.array(alertSchema) });

/** With a flow, only the alerts that are sent about it. */
export const listAlertsQuerySchema = z.object({ flowId: z.optional(z.string()) });

export const alertDeliveryListSchema = z.looseObject({ deliveries: z.array(alertDeliverySchema) });

export const alertTestSchema = z.looseObject({ isSent: z.boolean(), message: z.string() });

export type AlertTarget = z.infer<typeof alertTargetSchema>;
export type AlertBody = z.infer<typeof alertBodySchema>;
export type Alert = z.infer<typeof alertSchema>;
export type SavedAlert = z.infer<typeof savedAlertSchema>;
export type AlertDelivery = z.infer<typeof alertDeliverySchema>;
export type AlertTest = z.infer<typeof alertTestSchema>;
