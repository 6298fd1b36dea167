import * as z from "zod/mini";
import { each, filledText, integer, integers, nullableText, texts, timestamp } from "./flow-schemas.ts";

export const validateCodeBody = z.strictObject({
  code: filledText,
  ...texts("language? sandboxProvider?"),
  ...each(z.array(z.string()), "availableVariables?"),
});

export const codeValidation = z.looseObject({
  valid: z.boolean(),
  issues: z.array(z.record(z.string(), z.unknown())),
});

const modelProvider = z.strictObject({
  ...texts("provider providerDisplayName modelId"),
  ...each(z.number(), "costPer1kTokens inputCostPer1kTokens outputCostPer1kTokens"),
  hasPlatformKey: z.boolean(),
  keyStatus: z.optional(z.enum(["platform", "custom", "needs_setup"])),
});

const groupedModel = z.strictObject({
  ...texts("baseModel displayName creator creatorDisplayName uiCategory?"),
  ...each(z.number(), "contextLength maxOutputTokens lowestCost uiPriority?"),
  isConfigured: z.boolean(),
  ...each(z.array(z.string()), "configuredProviders tags"),
  configuredConfigs: z.array(z.strictObject(texts("id modelId provider"))),
  providers: z.array(modelProvider),
  reasoningCapability: z.optional(
    z.strictObject({
      supported: z.boolean(),
      ...texts("provider?"),
      googleThinkingMode: z.optional(z.enum(["budget", "level"])),
      ...each(z.boolean(), "supportsReasoningSummary?"),
    }),
  ),
});

export const groupedModels = z.strictObject({
  data: z.array(groupedModel),
  stats: z.strictObject({
    providersWithPlatformKeys: z.array(z.string()),
    ...integers("totalModels uniqueBaseModels"),
  }),
  total: integer,
});

const customTool = z.strictObject({ ...texts("id name toolType"), description: nullableText });
const builtInTool = z.strictObject(texts("id name description category"));
const integrationTool = z.strictObject(texts("toolId name displayName description serverId serverName"));

export const tools = z.looseObject({ data: z.array(customTool) });
export const builtInTools = z.looseObject({ data: z.array(builtInTool) });

export const resources = z.strictObject({
  models: z.strictObject({
    enabled: z.array(z.strictObject({ ...texts("id modelId displayName provider"), isDefault: z.boolean() })),
  }),
  tools: z.strictObject({
    custom: z.array(customTool),
    builtIn: z.array(builtInTool),
    integration: z.array(integrationTool),
  }),
  mcpServers: z.array(
    z.strictObject({
      ...texts("id name"),
      isActive: z.boolean(),
      tools: z.array(z.strictObject(texts("name description"))),
    }),
  ),
});

export const checkSecretsBody = z.strictObject({
  keys: z.array(filledText.check(z.maxLength(100))).check(z.minLength(1), z.maxLength(50)),
});

export const checkedSecrets = z.strictObject(each(z.array(z.string()), "found missing revoked"));

const usagePeriod = z.strictObject({
  ...texts("date periodType tier"),
  ...each(z.number(), "executionsUsed executionLimit percentUsed overageCount"),
  ...each(z.nullable(z.number()), "remaining spendLimit"),
  resetsAt: timestamp,
  ...each(
    z.boolean(),
    "inSlowMode isAtLimit isNearLimit isOverage isUnlimited atSpendLimit spendLimitEnabled",
  ),
});

export const dailyUsage = z.strictObject(each(usagePeriod, "daily? monthly?"));
