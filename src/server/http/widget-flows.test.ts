import { afterAll, beforeAll, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import type { Store } from "#server/store/store.ts";
import { startModelServer, streamModelResponse } from "#server/testing/model-server.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

const JSON_ANSWER = '{"text":"Hello","action":"message"}';

let store: Store;
let app: TestApp;
let server: Awaited<ReturnType<typeof startModelServer>>;
beforeAll(async () => {
  store = await openTestStore();
  server = await startModelServer(({ body }, response) =>
    streamModelResponse(response, "response_format" in body ? [JSON_ANSWER] : ["Hel", "lo"]),
  );
  const { runner } = createFlowRunHarness({ modelUrl: server.url, modelKey: "sk-test" });
  app = await startTestApp(store, { runner });
});
afterAll(async () => {
  await app.close();
  server.close();
  await store.close();
});

const post = async (path: string, body: unknown, status = 200) => {
  const answer = await app.call("POST", path, { body });
  expect(answer.status, answer.text).toBe(status);
  return answer.json;
};

interface WidgetFlow {
  readonly config: JsonObject;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Whether the page sends tools for the model (`clientTools`), which this server does not offer. */
  readonly sendsTools?: boolean;
}

/** The kinds of flows that the platform's chat widget ships, with texts of our own. */
const FLOWS: Readonly<Record<string, WidgetFlow>> = {
  "plain chat": { config: { responseFormat: "markdown", systemPrompt: "Chat in a friendly tone." } },
  "a JSON answer about the page": {
    config: {
      reasoning: false,
      responseFormat: "JSON",
      systemPrompt:
        'Page {{current_page}} (“{{page_title}}”). Cart: {{cart}}. Answer { "action": "message" }.',
    },
    inputs: { current_page: "home", page_title: "Bread", cart: "2 rolls" },
  },
  "tools of the page": {
    config: { reasoning: false, responseFormat: "markdown", systemPrompt: "Edit the slides. {{deck}}" },
    inputs: { deck: "3 slides" },
    sendsTools: true,
  },
};

it.each(Object.entries(FLOWS))(
  "the widget’s flow is valid, stored unchanged, and runs: %s",
  async (name, { config: own, inputs = {}, sendsTools = false }) => {
    const config: JsonObject = {
      model: "nemotron-3-ultra-550b-a55b",
      ...own,
      outputVariable: "prompt_result",
      userPrompt: "{{user_message}}",
      previousMessages: "{{messages}}",
    };
    const step = { id: "widget_prompt", name: `${name} prompt`, type: "prompt", enabled: true, config };
    const flow = { name, description: `${name}, for a chat widget`, steps: [step] };
    const problems = { valid: true, errors: [], warnings: [], recommendations: [] };
    expect(await post("/v1/public/flows/validate", flow)).toMatchObject(problems);
    const { id } = await post("/v1/flows", flow, 201);
    const { json: stored } = await app.call("GET", `/v1/flows/${id}`);
    expect(stored).toMatchObject({ name, description: flow.description });
    const [{ order, ...read }] = stored.flowSteps;
    expect([order ?? 0, read]).toEqual([0, step]);
    // Compares the text too, since an equal object may have its keys in another order.
    expect(JSON.stringify(read.config)).toBe(JSON.stringify(config));

    const messages = [
      { role: "user", content: "First" },
      { role: "assistant", content: "Yes" },
      { role: "user", content: "Second" },
    ];
    const clientTools = [{ name: "page_tool", description: "A tool", parametersSchema: {} }];
    const request = { messages, inputs, ...(sendsTools && { clientTools }) };
    for (const [kind, body] of Object.entries({
      saved: { ...request, flow: { id }, options: { flowMode: "existing", recordMode: "virtual" } },
      inline: { ...request, flow, options: { flowMode: "virtual", recordMode: "virtual" } },
    })) {
      server.calls.length = 0;
      const result = await post("/v1/dispatch", body);
      expect(result, kind).toMatchObject({ success: true, status: "completed" });
      const isJson = config["responseFormat"] === "JSON";
      expect(result.steps[0].result, kind).toEqual(
        isJson ? { response: JSON_ANSWER, parsed: JSON.parse(JSON_ANSWER) } : { response: "Hello" },
      );
      expect(result.steps[0].unresolvedVariables ?? [], kind).toEqual([]);
      const warnings = sendsTools ? [expect.objectContaining({ path: "clientTools" })] : [];
      expect(result.warnings ?? [], kind).toEqual(warnings);
      const [system, ...asked] = (server.calls[0]?.body["messages"] ?? []) as { content: string }[];
      for (const value of Object.values(inputs)) expect(system?.content, kind).toContain(value);
      expect(asked, kind).toEqual(messages);
    }
  },
);
