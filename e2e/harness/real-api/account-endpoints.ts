import * as schemas from "./account-schemas.ts";
import type { RealApiEndpoint } from "./endpoint.ts";
import type { RealApiState } from "./state.ts";

const CUSTOM_TOOLS = [
  { id: "tool_01jq8z7m1nd4e5f6g7h8j9k0p1", name: "lookup_order", description: null, toolType: "flow" },
];

const BUILT_IN_TOOLS = [
  { id: "builtin:exa", name: "Exa search", description: "Searches the web", category: "search" },
];

const MODELS = [
  { id: "claude-sonnet-4-5", name: "Claude Sonnet 4.5", creator: "anthropic", context: 200_000, cost: 0.003 },
  { id: "gpt-4o-mini", name: "GPT-4o mini", creator: "openai", context: 128_000, cost: 0.00015 },
  { id: "gemini-2.5-flash", name: "Gemini 2.5 Flash", creator: "google", context: 1_000_000, cost: 0.0003 },
] as const;

export const accountEndpoints: readonly RealApiEndpoint[] = [
  {
    method: "GET",
    path: "/v1/model-configs/grouped",
    query: { showAll: "any", category: "any", configured: "any" },
    answers: { 200: schemas.groupedModels },
    handle: () => ({
      data: MODELS.map(({ id, name, creator, context, cost }) => ({
        baseModel: id,
        displayName: name,
        creator,
        creatorDisplayName: creator,
        contextLength: context,
        maxOutputTokens: 8192,
        lowestCost: cost,
        isConfigured: true,
        configuredProviders: [creator],
        configuredConfigs: [{ id: `modelcfg_${id}`, modelId: id, provider: creator }],
        providers: [
          {
            provider: creator,
            providerDisplayName: creator,
            modelId: id,
            costPer1kTokens: cost,
            inputCostPer1kTokens: cost,
            outputCostPer1kTokens: cost * 5,
            hasPlatformKey: true,
            keyStatus: "platform",
          },
        ],
        tags: ["text"],
      })),
      stats: {
        providersWithPlatformKeys: MODELS.map(({ creator }) => creator),
        totalModels: MODELS.length,
        uniqueBaseModels: MODELS.length,
      },
      total: MODELS.length,
    }),
  },
  {
    method: "GET",
    path: "/v1/resources",
    query: { modelId: "any", modelProvider: "any" },
    answers: { 200: schemas.resources },
    handle: () => ({
      models: {
        enabled: MODELS.map(({ id, name, creator }, index) => ({
          id: `modelcfg_${id}`,
          modelId: id,
          displayName: name,
          provider: creator,
          isDefault: index === 0,
        })),
      },
      tools: {
        custom: CUSTOM_TOOLS,
        builtIn: BUILT_IN_TOOLS,
        integration: [],
      },
      mcpServers: [
        {
          id: "mcp:context7",
          name: "Context7",
          isActive: true,
          tools: [{ name: "resolve-library-id", description: "Finds a library" }],
        },
      ],
    }),
  },
  {
    method: "GET",
    path: "/v1/tools",
    query: { limit: "any", cursor: "any" },
    answers: { 200: schemas.tools },
    handle: () => ({ data: CUSTOM_TOOLS }),
  },
  {
    method: "GET",
    path: "/v1/tools/builtin",
    answers: { 200: schemas.builtInTools },
    handle: () => ({ data: BUILT_IN_TOOLS }),
  },
  {
    method: "POST",
    path: "/v1/secrets/check",
    body: schemas.checkSecretsBody,
    answers: { 200: schemas.checkedSecrets },
    scope: "SECRETS:READ",
    isRead: true,
    handle: (state, { body }) => {
      const { keys } = body as { readonly keys: readonly string[] };
      const statusOf = (key: string) => state.secrets.find((secret) => secret.key === key)?.status;
      return {
        found: keys.filter((key) => statusOf(key) === "active"),
        missing: keys.filter((key) => statusOf(key) === undefined),
        revoked: keys.filter((key) => statusOf(key) === "revoked"),
      };
    },
  },
  {
    method: "GET",
    path: "/v1/usage-limits/daily",
    answers: { 200: schemas.dailyUsage },
    handle: (state) => ({ daily: answerUsagePeriod(state) }),
  },
  {
    method: "POST",
    path: "/v1/validate/transform-code",
    body: schemas.validateCodeBody,
    answers: { 200: schemas.codeValidation },
    isRead: true,
    handle: (_, { body }) => {
      const { code } = body as { readonly code: string };
      // Looks for a marker instead of compiling: tests need only an issue in the documented form.
      return answerValidation(code.includes("SYNTAX ERROR"), "Unexpected token");
    },
  },
];

function answerValidation(isInvalid: boolean, message: string) {
  const issues = isInvalid ? [{ code: "SYNTAX_ERROR", message, severity: "error", line: 1, column: 1 }] : [];
  return { valid: !isInvalid, issues };
}

function answerUsagePeriod(state: RealApiState) {
  const { tier, executionLimit, executionsUsed } = state.usage;
  const now = state.now();
  const day = state.time(now).slice(0, 10);
  const percentUsed = (executionsUsed / executionLimit) * 100;
  return {
    date: day,
    periodType: "daily",
    tier,
    executionsUsed,
    executionLimit,
    remaining: Math.max(0, executionLimit - executionsUsed),
    percentUsed,
    resetsAt: state.time((Date.parse(`${day}T00:00:00Z`) + 86_400_000) * 1000),
    inSlowMode: executionsUsed >= executionLimit,
    isAtLimit: executionsUsed >= executionLimit,
    isNearLimit: percentUsed >= 80,
    isOverage: false,
    isUnlimited: false,
    overageCount: 0,
    atSpendLimit: false,
    spendLimit: null,
    spendLimitEnabled: false,
  };
}

/** Builds the headers about the plan's limit that every answer has. */
export function createQuotaHeaders({ usage: { executionLimit, executionsUsed } }: RealApiState) {
  const remaining = String(Math.max(0, executionLimit - executionsUsed));
  return {
    "x-quota-remaining": remaining,
    "ratelimit-remaining": "49",
    ...(executionsUsed / executionLimit >= 0.8 && {
      "x-quota-warning": `${remaining} executions remain today`,
    }),
  };
}
