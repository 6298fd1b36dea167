import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import type { Store } from "#server/store/store.ts";
import { startModelServer, streamModelResponse } from "#server/testing/model-server.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { WIDGET_FLOWS } from "#server/testing/widget-flows.ts";

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

describe.each(WIDGET_FLOWS)("the widget’s flow “$flow.name”", ({ flow, inputs, answersJson, sendsTools }) => {
  const [step] = flow.steps;
  const config = step?.["config"] as JsonObject;

  it("is valid", async () => {
    expect(await post("/v1/public/flows/validate", flow)).toMatchObject({
      valid: true,
      errors: [],
      warnings: [],
      recommendations: [],
    });
  });

  it("is stored and published unchanged, and runs", async () => {
    const { id } = await post("/v1/flows", flow, 201);
    const { json: stored } = await app.call("GET", `/v1/flows/${id}`);
    expect(stored).toMatchObject({ name: flow.name, description: flow["description"] });
    const [{ order, ...read }] = stored.flowSteps;
    // Compares the text too, since an equal object may have its keys in another order.
    expect([order ?? 0, JSON.stringify(read.config)]).toEqual([0, JSON.stringify(config)]);
    expect(read).toEqual(step);
    const { publishedVersionId } = await post(`/v1/flows/${id}/publish`, {});
    const { json: version } = await app.call("GET", `/v1/flow-versions/${id}/${publishedVersionId}`);
    expect(version.flowConfig.flowSteps).toEqual(stored.flowSteps);

    const request = {
      messages: [
        { role: "user", content: "First" },
        { role: "assistant", content: "Yes" },
        { role: "user", content: "Second" },
      ],
      inputs,
      ...(sendsTools && {
        clientTools: [{ name: "page_tool", description: "A tool", parametersSchema: {} }],
      }),
    };
    const runs = {
      saved: { ...request, flow: { id }, options: { flowMode: "existing", recordMode: "virtual" } },
      inline: { ...request, flow, options: { flowMode: "virtual", recordMode: "virtual" } },
    };
    for (const [kind, body] of Object.entries(runs)) {
      server.calls.length = 0;
      const result = await post("/v1/dispatch", body);
      expect(result, kind).toMatchObject({ success: true, status: "completed" });
      expect(result.steps[0].result, kind).toEqual(
        answersJson ? { response: JSON_ANSWER, parsed: JSON.parse(JSON_ANSWER) } : { response: "Hello" },
      );
      expect(result.steps[0].unresolvedVariables ?? [], kind).toEqual([]);
      expect(result.warnings ?? [], kind).toEqual(
        sendsTools ? [expect.objectContaining({ path: "clientTools" })] : [],
      );
      const asked = server.calls[0]?.body ?? {};
      const [system, ...messages] = asked["messages"] as readonly { readonly content: string }[];
      expect(asked["model"], kind).toBe(config["model"]);
      for (const value of Object.values(inputs)) expect(system?.content, kind).toContain(value);
      expect(messages).toEqual(request.messages);
    }
  });
});
