import * as z from "zod/mini";
import { integer, nullableText, timestamp } from "./flow-schemas.ts";

export const validateCodeBody = z.strictObject({
  code: z.string().check(z.minLength(1)),
  language: z.optional(z.string()),
  sandboxProvider: z.optional(z.string()),
  availableVariables: z.optional(z.array(z.string())),
});

export const codeValidation = z.looseObject({
  valid: z.boolean(),
  issues: z.array(z.record(z.string(), z.unknown())),
});

export const groupedModels = z.strictObject({
  data: z.array(
    z.strictObject({
      baseModel: z.string(),
      displayName: z.string(),
      creator: z.string(),
      creatorDisplayName: z.string(),
      contextLength: z.number(),
      maxOutputTokens: z.number(),
      lowestCost: z.number(),
      isConfigured: z.boolean(),
      configuredProviders: z.array(z.string()),
      configuredConfigs: z.array(
        z.strictObject({ id: z.string(), modelId: z.string(), provider: z.string() }),
      ),
      providers: z.array(
        z.strictObject({
          provider: z.string(),
          providerDisplayName: z.string(),
          modelId: z.string(),
          costPer1kTokens: z.number(),
          inputCostPer1kTokens: z.number(),
          outputCostPer1kTokens: z.number(),
          hasPlatformKey: z.boolean(),
          keyStatus: z.optional(z.enum(["platform", "custom", "needs_setup"])),
        }),
      ),
      tags: z.array(z.string()),
      uiCategory: z.optional(z.string()),
      uiPriority: z.optional(z.number()),
      reasoningCapability: z.optional(
        z.strictObject({
          supported: z.boolean(),
          provider: z.optional(z.string()),
          googleThinkingMode: z.optional(z.enum(["budget", "level"])),
          supportsReasoningSummary: z.optional(z.boolean()),
        }),
      ),
    }),
  ),
  stats: z.strictObject({
    providersWithPlatformKeys: z.array(z.string()),
    totalModels: integer,
    uniqueBaseModels: integer,
  }),
  total: integer,
});

const customTool = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: nullableText,
  toolType: z.string(),
});

const builtInTool = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
});

export const tools = z.looseObject({ data: z.array(customTool) });

export const builtInTools = z.looseObject({ data: z.array(builtInTool) });

export const resources = z.strictObject({
  models: z.strictObject({
    enabled: z.array(
      z.strictObject({
        id: z.string(),
        modelId: z.string(),
        displayName: z.string(),
        provider: z.string(),
        isDefault: z.boolean(),
      }),
    ),
  }),
  tools: z.strictObject({
    custom: z.array(customTool),
    builtIn: z.array(builtInTool),
    integration: z.array(
      z.strictObject({
        toolId: z.string(),
        name: z.string(),
        displayName: z.string(),
        description: z.string(),
        serverId: z.string(),
        serverName: z.string(),
      }),
    ),
  }),
  mcpServers: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      isActive: z.boolean(),
      tools: z.array(z.strictObject({ name: z.string(), description: z.string() })),
    }),
  ),
});

export const checkSecretsBody = z.strictObject({
  keys: z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.minLength(1), z.maxLength(50)),
});

export const checkedSecrets = z.strictObject({
  found: z.array(z.string()),
  missing: z.array(z.string()),
  revoked: z.array(z.string()),
});

const usagePeriod = z.strictObject({
  date: z.string(),
  periodType: z.string(),
  tier: z.string(),
  executionsUsed: z.number(),
  executionLimit: z.number(),
  remaining: z.nullable(z.number()),
  percentUsed: z.number(),
  resetsAt: timestamp,
  inSlowMode: z.boolean(),
  isAtLimit: z.boolean(),
  isNearLimit: z.boolean(),
  isOverage: z.boolean(),
  isUnlimited: z.boolean(),
  overageCount: z.number(),
  atSpendLimit: z.boolean(),
  spendLimit: z.nullable(z.number()),
  spendLimitEnabled: z.boolean(),
});

export const dailyUsage = z.strictObject({
  daily: z.optional(usagePeriod),
  monthly: z.optional(usagePeriod),
});
