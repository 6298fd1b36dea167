import { expect, it } from "vitest";
import { readEnabledModels, readGroupedModels, readResourceTools, readTools } from "./read-resource-lists.ts";

it("the models of each provider are listed with price and context length, configured models first", () => {
  const provider = { hasPlatformKey: true, costPer1kTokens: 0.01 };
  const list = readGroupedModels({
    data: [
      {
        baseModel: "other",
        displayName: "Other",
        isConfigured: false,
        providers: [{ ...provider, modelId: "other", provider: "x" }],
      },
      {
        baseModel: "claude-sonnet-4-5",
        displayName: "Claude Sonnet 4.5",
        contextLength: 200_000,
        isConfigured: true,
        configuredConfigs: [{ id: "mc_1", modelId: "claude-sonnet-4-5", provider: "anthropic" }],
        providers: [
          {
            ...provider,
            modelId: "claude-sonnet-4-5",
            providerDisplayName: "Anthropic",
            inputCostPer1kTokens: 0.003,
            outputCostPer1kTokens: 0.015,
          },
          {
            ...provider,
            modelId: "bedrock/claude-sonnet-4-5",
            provider: "bedrock",
            keyStatus: "needs_setup",
          },
        ],
      },
    ],
    total: 2,
  });
  const name = "Claude Sonnet 4.5";
  expect(list?.models).toEqual([
    {
      id: "claude-sonnet-4-5",
      name,
      provider: "Anthropic",
      contextTokens: 200_000,
      inputCost: 3,
      outputCost: 15,
    },
    { id: "other", name: "Other", provider: "x" },
    { id: "bedrock/claude-sonnet-4-5", name, provider: "bedrock", contextTokens: 200_000 },
  ]);
  expect([...(list?.aliases ?? [])]).toEqual(["other", "claude-sonnet-4-5", "mc_1"]);
});

it("entries and fields of unknown shapes are skipped, and other JSON is not read as a list", () => {
  expect(
    readGroupedModels({
      data: [
        null,
        "text",
        {},
        { baseModel: "plain", contextLength: -5, providers: "none" },
        { baseModel: "odd", providers: [{ modelId: 7 }, { modelId: "odd-1", inputCostPer1kTokens: -1 }] },
        { baseModel: "plain" },
      ],
    })?.models,
  ).toEqual([{ id: "plain" }, { id: "odd-1" }]);
  for (const json of [undefined, null, "<html>", 7, {}, { data: {} }]) {
    expect(readGroupedModels(json)).toBeUndefined();
    expect(readEnabledModels(json)).toBeUndefined();
    expect(readResourceTools(json)).toBeUndefined();
    expect(readTools(json, "custom")).toBeUndefined();
  }
});

it("10,000 models and a model id of 5,000 characters are read unchanged", () => {
  const long = "m".repeat(5000);
  const ids = [...Array.from({ length: 10_000 }, (_, index) => `model-${index}`), long];
  const list = readGroupedModels({ data: ids.map((baseModel) => ({ baseModel })) });
  expect(list?.models.map(({ id }) => id)).toEqual(ids);
});

it("the enabled models of the resources are read without duplicates", () => {
  const enabled = [
    { id: "mc_1", modelId: "gpt-4o", displayName: "GPT-4o", provider: "openai", isDefault: true },
    { id: "mc_2", modelId: "gpt-4o", displayName: "Twice", provider: "azure" },
  ];
  expect(readEnabledModels({ models: { enabled } })?.models).toEqual([
    { id: "gpt-4o", name: "GPT-4o", provider: "openai" },
  ]);
});

it("custom, built-in and integration tools are read, and inactive tools are omitted", () => {
  expect(
    readResourceTools({
      tools: {
        builtIn: [{ id: "exa", name: "Exa", description: "Web search" }],
        custom: [{ id: "tool_1", name: "Lookup", description: null, toolType: "flow" }],
        integration: [{ toolId: "mcp:docs:search", name: "search", displayName: "Search docs" }],
      },
    }),
  ).toEqual({
    tools: [
      { id: "tool_1", name: "Lookup", source: "custom" },
      { id: "builtin:exa", name: "Exa", description: "Web search", source: "built-in" },
      { id: "mcp:docs:search", name: "Search docs", source: "integration" },
    ],
    isComplete: true,
  });
  expect(readResourceTools({ tools: { builtIn: [] } })).toEqual({ tools: [], isComplete: false });
  expect(readTools({ data: [{ id: "tool_2", isActive: false }, { id: "tool_3" }] }, "custom")).toEqual([
    { id: "tool_3", source: "custom" },
  ]);
});
