import type { JsonObject } from "#core/json/json.ts";
import {
  type ExamplePlaces,
  buildPromptStep,
  buildSavingDispatchExamples,
} from "./saving-dispatch-examples.ts";

const VIRTUAL = { flowMode: "virtual", recordMode: "virtual", streamResponse: true };
const user = (content: string | readonly JsonObject[]): JsonObject => ({
  role: "user",
  content,
});

const PIXEL = "R0lGODlhAQABAAAAACw=";

/**
 * Rebuilds the 25 request examples that the platform publishes for dispatch: with their modes, step types,
 * configuration keys, variables, models and kinds of messages, but with our own texts.
 */
export function buildPublishedDispatchExamples(places: ExamplePlaces): Readonly<Record<string, JsonObject>> {
  const { flowId, recordId, web } = places;
  return {
    ...buildSavingDispatchExamples(places),
    autoAppendMetadata: {
      flow: {
        name: "Sales of a quarter",
        steps: [
          buildPromptStep(
            "Judge the sales",
            {
              model: "gpt-4",
              outputVariable: "sales_analysis",
              responseFormat: "markdown",
              userPrompt: "Judge {{_record.metadata.quarter}}.",
            },
            { id: "analyze-sales", enabled: true, order: 1 },
          ),
        ],
      },
      record: {
        name: "Fourth quarter",
        type: "report",
        metadata: { quarter: "Q4", total_revenue: "$2.5M", top_products: ["A", "B"] },
      },
      options: { ...VIRTUAL, autoAppendMetadata: true },
    },
    errorTracking: {
      flow: {
        name: "A failing step",
        steps: [
          buildPromptStep("Works", {
            model: "gpt-3.5-turbo",
            outputVariable: "result1",
            userPrompt: "Answer with one word.",
          }),
          buildPromptStep("Fails", {
            model: "this-model-does-not-exist",
            outputVariable: "result2",
            userPrompt: "Fail.",
          }),
          buildPromptStep("Never runs", {
            model: "gpt-3.5-turbo",
            outputVariable: "result3",
            userPrompt: "Not reached.",
          }),
        ],
      },
      record: { name: "A failure", type: "test" },
      options: { ...VIRTUAL, storeResults: true },
    },
    executionModesOverview: {
      flow: { id: flowId },
      record: { id: recordId },
      options: { flowMode: "existing", recordMode: "existing", streamResponse: true },
    },
    existingRecordAndFlow: {
      flow: { id: flowId },
      record: { id: recordId },
      options: {
        flowMode: "existing",
        recordMode: "existing",
        modelOverride: "gpt-4-turbo",
        streamResponse: true,
      },
    },
    imageInput: visionExample(
      "Screenshot review",
      `data:image/jpeg;base64,${PIXEL}`,
      "What could be clearer here?",
    ),
    imageUrl: visionExample(
      "Product text",
      "https://images.example.com/watch.jpg?w=800",
      "Describe this product.",
    ),
    screenshotToFlow: visionExample(
      "Steps from a sketch",
      `data:image/png;base64,${PIXEL}`,
      "List steps for this page.",
    ),
    inputVariables: {
      flow: {
        name: "Report on a customer",
        steps: [
          buildPromptStep(
            "Write",
            {
              model: "gpt-4o-mini",
              outputVariable: "report",
              responseFormat: "markdown",
              userPrompt: "{{customerName}}, {{topic}}: ${{revenue}}, {{products}}",
            },
            { id: "generate-report", enabled: true, order: 1 },
          ),
        ],
      },
      inputs: {
        customerName: "Acme",
        topic: "Sales",
        revenue: 2_500_000,
        growthRate: "18%",
        products: ["Pro", "Cloud"],
      },
      options: { flowMode: "virtual", streamResponse: true },
    },
    messagesArray: {
      flow: {
        name: "Support chat",
        steps: [
          buildPromptStep(
            "Answer",
            { model: "gpt-4o-mini", outputVariable: "assistant_response", responseFormat: "text" },
            { enabled: true, order: 0 },
          ),
        ],
      },
      messages: [
        { role: "system", content: "Help customers politely." },
        user("I was charged twice."),
        { role: "assistant", content: "On which days?" },
        user("On the 1st and the 15th."),
      ],
      record: { name: "A chat", type: "conversation", metadata: { issue_type: "billing" } },
      options: VIRTUAL,
    },
    reasoningCapture: {
      flow: {
        name: "Three ways to reason",
        steps: [
          buildPromptStep("Plain switch", {
            model: "o3-mini",
            outputVariable: "first",
            reasoning: true,
            temperature: 1,
            maxTokens: 2000,
            systemPrompt: "Think.",
            userPrompt: "Compute the interest.",
          }),
          buildPromptStep("With effort", {
            model: "gpt-5",
            outputVariable: "second",
            reasoning: { enabled: true, reasoningEffort: "high", reasoningSummary: "detailed" },
            userPrompt: "Once more.",
          }),
          buildPromptStep("Without", {
            model: "gpt-4o",
            outputVariable: "third",
            temperature: 0.7,
            maxTokens: 1000,
            userPrompt: "And without.",
          }),
        ],
      },
      record: { name: "A problem", type: "test", metadata: { difficulty: "high" } },
      options: { ...VIRTUAL, storeResults: true },
    },
    runtimeMcpServers: toolExample(
      {
        maxToolCalls: 10,
        toolCallStrategy: "auto",
        mcpServers: [
          {
            id: "docs",
            name: "Docs",
            url: "https://mcp.example.com/mcp",
            transport: "streamable_http",
            timeout: 30_000,
            auth: { type: "none" },
          },
          {
            id: "notes",
            url: "https://notes.example.com/mcp",
            allowedTools: ["search"],
            auth: { type: "bearer", token: "TOKEN" },
          },
        ],
      },
      { messages: [user("Explain hooks.")] },
    ),
    savedMcpServers: toolExample(
      { maxToolCalls: 5, toolCallStrategy: "auto", toolIds: ["mcp:context7:resolve-library-id"] },
      {},
    ),
    runtimeTools: toolExample(
      {
        maxToolCalls: 5,
        runtimeTools: [
          {
            name: "get_weather",
            description: "Reads the weather of a city",
            toolType: "external",
            parametersSchema: {
              type: "object",
              properties: { city: { type: "string" } },
              required: ["city"],
            },
            config: {
              method: "GET",
              url: `${web}/weather?q={{city}}`,
              headers: { Accept: "application/json" },
            },
          },
        ],
      },
      { record: { name: "A trip", type: "travel-query", metadata: { destination: "Tokyo" } } },
    ),
    runtimeToolsDaytonaPython: toolExample(
      {
        maxToolCalls: 3,
        runtimeTools: [
          {
            name: "analyze",
            description: "Computes a mean",
            toolType: "custom",
            parametersSchema: {
              type: "object",
              properties: { metrics: { type: "array", items: { type: "string" } } },
            },
            config: {
              language: "python",
              sandboxProvider: "daytona",
              timeout: 15_000,
              code: "print(1)",
              allowedApis: ["console"],
            },
          },
        ],
      },
      { record: { name: "Figures", type: "analysis", metadata: { dataset: "sales", metrics: ["revenue"] } } },
    ),
    standaloneFlow: {
      flow: { id: flowId },
      messages: [user("Say something funny.")],
      record: { name: "run", type: "chat", metadata: {} },
      options: { flowMode: "existing", recordMode: "virtual", debugMode: false, streamResponse: true },
    },
    stepResultsStorage: {
      flow: {
        name: "Load and judge",
        steps: [
          { type: "retrieve-record", name: "Load", config: { outputVariable: "record_data" } },
          buildPromptStep("Judge", {
            model: "gpt-4o-mini",
            systemPrompt: "You judge.",
            temperature: 0.7,
            maxTokens: 500,
            userPrompt: "Judge {{record_data.metadata.company}}.",
            outputVariable: "analysis",
          }),
          buildPromptStep("Shorten", {
            model: "gpt-3.5-turbo",
            temperature: 0.5,
            userPrompt: "Shorten {{analysis}}",
            outputVariable: "summary",
          }),
        ],
      },
      record: { name: "Results", type: "test", metadata: { company: "Acme", department: "Engineering" } },
      options: { ...VIRTUAL, storeResults: true },
    },
    virtualRecord: {
      flow: { id: flowId },
      record: {
        name: "A customer to judge",
        type: "customer",
        metadata: { company_name: "Acme", employee_count: 500 },
      },
      options: { flowMode: "existing", recordMode: "virtual", streamResponse: true },
    },
  };
}

function visionExample(name: string, image: string, text: string): JsonObject {
  return {
    flow: {
      name,
      steps: [
        buildPromptStep(
          "Look",
          {
            model: "claude-sonnet-4-20250514",
            outputVariable: "seen",
            responseFormat: "json",
            systemPrompt: "You describe pictures.",
          },
          { enabled: true, order: 0 },
        ),
      ],
    },
    messages: [
      user([
        { type: "image", image },
        { type: "text", text },
      ]),
    ],
    record: { name: "A picture", type: "vision_task", metadata: { task: "look" } },
    options: VIRTUAL,
  };
}

function toolExample(tools: JsonObject, more: JsonObject): JsonObject {
  return {
    flow: {
      name: "An assistant with tools",
      description: "One prompt that may call tools",
      steps: [
        buildPromptStep(
          "Ask",
          {
            model: "gpt-4o",
            outputVariable: "agent_response",
            systemPrompt: "Use the tools.",
            userPrompt: "Help with {{userMessage}}.",
            tools,
          },
          { id: "agent-step", enabled: true, order: 1 },
        ),
      ],
    },
    ...more,
    options: { flowMode: "virtual", streamResponse: true },
  };
}
