import * as z from "zod/mini";

/** Executions of one period. Optional fields are absent if the API reports no value or an impossible one. */
const periodUsageSchema = z.looseObject({
  period: z.enum(["day", "month"]),
  used: z.number(),
  limit: z.optional(z.number()),
  /** Share of the limit in percent, at most 100. */
  percent: z.optional(z.number()),
  isUnlimited: z.boolean(),
  /** The API delays each request and allows few of them, until the limit resets. */
  isSlow: z.boolean(),
  isNearLimit: z.boolean(),
  isAtLimit: z.boolean(),
  /** Executions above the limit. */
  overage: z.number(),
  /** Milliseconds since the epoch. */
  resetsAt: z.optional(z.number()),
});

/** At least one period. `tier`: name of the plan; `upgradeUrl`: an https address where it can be changed. */
export const accountUsageSchema = z.looseObject({
  periods: z.array(periodUsageSchema),
  tier: z.optional(z.string()),
  upgradeUrl: z.optional(z.string()),
});

export const SECRET_CHECK_LIMITS = { names: 250 } as const;

export const checkSecretsBodySchema = z.object({
  names: z.array(z.string()).check(z.minLength(1), z.maxLength(SECRET_CHECK_LIMITS.names)),
});

/** The names by the state of their secret. A name that could not be checked is in no list. */
export const secretStatesSchema = z.looseObject({
  found: z.array(z.string()),
  missing: z.array(z.string()),
  revoked: z.array(z.string()),
});

export const checkScriptBodySchema = z.object({
  code: z.string().check(z.minLength(1)),
  language: z.optional(z.string()),
});

export const scriptCheckSchema = z.looseObject({
  issues: z.array(
    z.looseObject({
      message: z.string(),
      severity: z.enum(["error", "warning"]),
      code: z.optional(z.string()),
      line: z.optional(z.number()),
    }),
  ),
});

export type PeriodUsage = z.infer<typeof periodUsageSchema>;
export type AccountUsage = z.infer<typeof accountUsageSchema>;
export type SecretStates = z.infer<typeof secretStatesSchema>;
export type ScriptCheck = z.infer<typeof scriptCheckSchema>;
