import type { JsonObject } from "#core/json/json.ts";

/**
 * Values for placeholders in the published examples: stored ids, and a server that answers requests of steps.
 */
export interface ExamplePlaces {
  readonly flowId: string;
  readonly recordId: string;
  /** Address without a trailing slash. */
  readonly web: string;
}

export const buildPromptStep = (name: string, config: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "prompt",
  name,
  config,
  ...more,
});

const CREATE = { flowMode: "create", recordMode: "create", streamResponse: true };

/** The published examples whose dispatch saves a flow or a record. */
export function buildSavingDispatchExamples({
  flowId,
  web,
}: ExamplePlaces): Readonly<Record<string, JsonObject>> {
  return {
    minimal: {
      flow: {
        name: "Hello flow",
        steps: [
          buildPromptStep(
            "Greet",
            {
              model: "gpt-3.5-turbo",
              outputVariable: "response",
              seed: 123,
              topK: 40,
              topP: 0.9,
              frequencyPenalty: 0.2,
              presencePenalty: -0.1,
              userPrompt:
                "Greet {{_record.name}} from {{_flow.name}} ({{_flow.id}}) at {{_execution.timestamp}} for {{_user.id}}.",
            },
            { id: "test-prompt", enabled: true, order: 1 },
          ),
        ],
      },
      record: { name: "Short check", type: "test" },
      options: CREATE,
    },
    complexFlow: {
      flow: {
        name: "Report in four formats",
        description: "Each prompt answers in another format",
        steps: [
          [
            "financial-analysis",
            "markdown",
            "Weigh {{_record.metadata.revenue}} and {{_record.metadata.growth}}. {{_flow.id}}",
          ],
          [
            "market-position",
            "json",
            "Place {{_record.metadata.company}} in {{_record.metadata.markets}}. {{_execution.id}}",
          ],
          ["executive-summary", "text", "Sum up “{{_record.metadata.ceo_statement}}” for {{_user.id}}."],
          ["product-analysis", "html", "Compare {{_record.metadata.key_products}} in a table."],
        ].map(([id = "", responseFormat = "", userPrompt = ""], index) =>
          buildPromptStep(
            `Part ${index + 1}`,
            { model: "gpt-4", outputVariable: `part_${index + 1}`, responseFormat, userPrompt },
            { id, enabled: true, order: index + 1 },
          ),
        ),
      },
      record: {
        name: "Yearly report",
        type: "document",
        metadata: {
          company: "Globex",
          revenue: "$5B",
          growth: "23%",
          year: 2024,
          employees: 15_000,
          markets: ["Europe", "Asia"],
          key_products: ["Cloud", "Safe"],
          ceo_statement: "We grew.",
        },
      },
      options: CREATE,
    },
    contextSteps: {
      flow: {
        name: "Repository overview",
        description: "Steps that gather context, without a prompt",
        steps: [
          {
            id: "fetch-repo",
            type: "fetch-github",
            name: "Read the repository",
            enabled: true,
            config: {
              repository: "{{_record.metadata.repository}}",
              branch: "main",
              path: "src",
              compress: true,
              style: "xml",
              includePatterns: ["**/*.ts"],
              excludePatterns: ["**/*.test.ts"],
              outputVariable: "repo_content",
            },
          },
          {
            id: "transform-files",
            type: "transform-data",
            name: "Count lines",
            enabled: true,
            config: {
              script: "return { summary: String((repo_content || '').split('\\n').length) };",
              outputVariable: "file_analysis",
            },
          },
          {
            id: "api-call-github",
            type: "api-call",
            name: "Read the stars",
            enabled: true,
            config: {
              http: {
                method: "GET",
                url: `${web}/repos/{{_record.metadata.repository}}`,
                headers: { Accept: "application/json" },
              },
              responseMapping: { stars: "stargazers_count", language: "language" },
              outputVariable: "github_stats",
            },
          },
          {
            id: "set-analysis-context",
            type: "set-variable",
            name: "Keep the context",
            enabled: true,
            config: { variableName: "analysis_context", valueTemplate: "{{_user.id}} | {{_flow.name}}" },
          },
          {
            id: "create-analysis-records",
            type: "create-records",
            name: "Keep the findings",
            enabled: true,
            config: {
              recordType: "repository-analysis",
              sourceVariable: "file_analysis",
              contentField: "summary",
              nameTemplate: "{{_record.metadata.repository}}-{{_execution.timestamp}}",
              pathField: "repository",
              includeMetadata: ["metrics"],
              outputVariable: "creation_results",
            },
          },
          {
            id: "send-notification",
            type: "send-email",
            name: "Report by mail",
            enabled: true,
            config: {
              from: "a@example.com",
              to: "b@example.com",
              subject: "{{_record.metadata.repository}}",
              html: "<p>{{github_stats.stars}}</p>",
              text: "{{file_analysis.summary}}",
              errorHandling: { onError: "continue" },
              outputVariable: "email_result",
            },
          },
        ],
      },
      record: {
        name: "A repository",
        type: "repository",
        metadata: { repository: "octo/demo", stars: 100_000 },
      },
      options: CREATE,
    },
    createRecordAndFlow: {
      flow: {
        name: "Company research",
        description: "Three prompts about a company",
        steps: [
          ["gemini-1.5-flash", "markdown", "Describe {{_record.name}} of {{_record.metadata.industry}}."],
          [
            "google/gemma-4-26b-a4b-it",
            "text",
            "Shorten {{_record.metadata.description}}. {{_execution.id}}",
          ],
          ["gemini-1.5-flash", "json", "List rivals of {{_record.name}} for {{_user.id}} in {{_flow.name}}."],
        ].map(([model = "", responseFormat = "", userPrompt = ""], index) =>
          buildPromptStep(
            `Look ${index + 1}`,
            { model, outputVariable: `look_${index + 1}`, responseFormat, userPrompt },
            { id: `look-${index + 1}`, enabled: true, order: index + 1 },
          ),
        ),
      },
      record: {
        name: "Initech",
        type: "company",
        metadata: { industry: "Software", founded: "2015", description: "Makes tools." },
      },
      options: CREATE,
    },
    createRecordOnly: {
      flow: { id: flowId },
      record: {
        name: "A customer",
        type: "customer",
        metadata: { email: "c@example.com", status: "active", tier: "premium" },
      },
      options: { flowMode: "existing", recordMode: "create" },
    },
    marketingDemo: {
      flow: {
        name: "Company profile",
        description: "Three short prompts",
        steps: ["market_analysis", "competitive_intel", "recommendations"].map((outputVariable, index) =>
          buildPromptStep(
            `Profile ${index + 1}`,
            {
              model: index === 1 ? "google/gemma-4-26b-a4b-it" : "gemini-1.5-flash",
              outputVariable,
              responseFormat: index === 1 ? "text" : "markdown",
              userPrompt:
                "Write about {{_record.name}} ({{_record.metadata.stockSymbol}}, {{_record.metadata.location}}).",
            },
            { id: outputVariable.replaceAll("_", "-"), enabled: true, order: index + 1 },
          ),
        ),
      },
      record: {
        name: "Acme Stores",
        type: "retail_corporation",
        metadata: { stockSymbol: "ACM", location: "Atlanta", employees: "500" },
      },
      options: CREATE,
    },
    upsertFlowMode: {
      flow: {
        name: "Flow of a program",
        steps: [
          buildPromptStep(
            "Shorten",
            { model: "google/gemma-4-26b-a4b-it", responseFormat: "text", userPrompt: "Shorten: {{input}}" },
            { enabled: true, order: 1 },
          ),
        ],
      },
      record: { name: "Text", type: "test", metadata: { input: "A long text." } },
      options: { flowMode: "upsert", recordMode: "virtual", streamResponse: true },
    },
    upsertWithOptions: {
      flow: {
        name: "Flow of a program, second version",
        steps: [
          {
            type: "fetch-url",
            name: "Fetch",
            order: 1,
            enabled: true,
            config: { http: { method: "GET", url: `${web}/data` }, outputVariable: "api_data" },
          },
          buildPromptStep(
            "Read",
            { model: "google/gemma-4-26b-a4b-it", responseFormat: "json", userPrompt: "Read {{api_data}}" },
            { enabled: true, order: 2 },
          ),
        ],
      },
      record: { name: "Text", type: "test", metadata: {} },
      options: {
        flowMode: "upsert",
        recordMode: "virtual",
        streamResponse: true,
        upsertOptions: { createVersionOnChange: true, allowOverwriteExternalChanges: false },
      },
    },
  };
}
