import { type Server, createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { startListening } from "#server/http-server.ts";
import type { Store } from "#server/store/store.ts";
import { type ReceivedServerSentEvent, ServerSentEventReader } from "#server/testing/event-reader.ts";
import { startModelServer, streamModelResponse } from "#server/testing/model-server.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

const VIRTUAL = { flowMode: "virtual", recordMode: "virtual", streamResponse: true };
const CREATE = { flowMode: "create", recordMode: "create", streamResponse: true };

const ask = (config: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "prompt",
  name: "Ask",
  config: { model: "gpt-4o-mini", outputVariable: "answer", ...config },
  ...more,
});
const flowOf = (...steps: readonly JsonObject[]) => ({ name: `Flow of ${steps.length}`, steps });
const record = (metadata: JsonObject = {}) => ({ name: "A record", type: "test", metadata });
const user = (content: string | readonly JsonObject[]): JsonObject => ({ role: "user", content });

const lookAt = (image: string): JsonObject => ({
  flow: flowOf(ask({ responseFormat: "json", systemPrompt: "You describe pictures." }, { order: 0 })),
  messages: [
    user([
      { type: "image", image },
      { type: "text", text: "Describe this product." },
    ]),
  ],
  record: record({ task: "look" }),
  options: VIRTUAL,
});

interface Example {
  readonly body: JsonObject;
  /** The expected last event: the completed steps, or the error. */
  readonly outcome: string;
  readonly saved?: "flow" | "record" | "flow and record";
  /** Options without effect, because results of flows that are not saved are not stored. */
  readonly warnings?: readonly string[];
}

/**
 * One of the published request examples for each mode, kind of message and form of a config, with our own texts.
 * `stored` and `web` are replaced by stored ids and by the address of a server.
 */
const EXAMPLES: Readonly<Record<string, Example>> = {
  minimal: {
    body: {
      flow: flowOf(
        ask(
          {
            seed: 123,
            topK: 40,
            topP: 0.9,
            frequencyPenalty: 0.2,
            presencePenalty: -0.1,
            userPrompt: "{{_record.name}} {{_flow.name}} {{_flow.id}} {{_execution.timestamp}} {{_user.id}}",
          },
          { id: "test-prompt", enabled: true, order: 1 },
        ),
      ),
      record: { name: "Short check", type: "test" },
      options: CREATE,
    },
    outcome: "completed, 1 of 1",
    saved: "flow and record",
  },
  "four formats": {
    body: {
      flow: flowOf(
        ...["markdown", "json", "text", "html"].map((responseFormat, index) =>
          ask(
            {
              responseFormat,
              outputVariable: `part_${index}`,
              userPrompt: "Sum up {{_record.metadata.markets}}.",
            },
            { id: `part-${index}`, order: index + 1 },
          ),
        ),
      ),
      record: { ...record({ year: 2024, markets: ["Europe", "Asia"] }), name: "Yearly report" },
      options: CREATE,
    },
    outcome: "completed, 4 of 4",
    saved: "flow and record",
  },
  "context steps": {
    body: {
      flow: flowOf({
        id: "fetch-repo",
        type: "fetch-github",
        name: "Read the repository",
        config: { repository: "{{_record.metadata.repository}}", branch: "main", outputVariable: "repo" },
      }),
      record: { ...record({ repository: "octo/demo" }), name: "A repository" },
      options: CREATE,
    },
    outcome: "failed: This server can’t run “fetch-github” steps",
    saved: "flow and record",
  },
  "a record only": {
    body: {
      flow: { id: "stored" },
      record: { ...record({ tier: "premium" }), name: "A customer" },
      options: { flowMode: "existing", recordMode: "create" },
    },
    outcome: "completed, 1 of 1",
    saved: "record",
  },
  "appended metadata": {
    body: {
      flow: flowOf(ask({ userPrompt: "Judge {{_record.metadata.quarter}}." })),
      record: record({ quarter: "Q4", total_revenue: "$2.5M", top_products: ["A", "B"] }),
      options: { ...VIRTUAL, autoAppendMetadata: true },
    },
    outcome: "completed, 1 of 1",
  },
  "a model that does not exist": {
    body: {
      flow: flowOf(
        ask({ userPrompt: "Answer with one word." }),
        ask({ model: "this-model-does-not-exist", userPrompt: "Fail." }),
        ask({ userPrompt: "Not reached." }),
      ),
      record: { name: "A failure", type: "test" },
      options: { ...VIRTUAL, storeResults: true },
    },
    outcome: "failed: The model server responded with 404",
    warnings: ["options.storeResults"],
  },
  "another model": {
    body: {
      flow: { id: "stored" },
      record: { id: "stored" },
      options: {
        flowMode: "existing",
        recordMode: "existing",
        modelOverride: "gpt-4-turbo",
        streamResponse: true,
      },
    },
    outcome: "completed, 1 of 1",
  },
  "an image as data": {
    body: lookAt("data:image/jpeg;base64,R0lGODlhAQABAAAAACw="),
    outcome: "completed, 1 of 1",
  },
  "an image by address": {
    body: lookAt("https://images.example.com/watch.jpg?w=800"),
    outcome: "completed, 1 of 1",
  },
  inputs: {
    body: {
      flow: flowOf(ask({ userPrompt: "{{customerName}}: ${{revenue}}, {{products}}" })),
      inputs: { customerName: "Acme", revenue: 2_500_000, products: ["Pro", "Cloud"] },
      options: { flowMode: "virtual", streamResponse: true },
    },
    outcome: "completed, 1 of 1",
  },
  messages: {
    body: {
      flow: flowOf(ask({ responseFormat: "text" }, { enabled: true, order: 0 })),
      messages: [
        { role: "system", content: "Help customers politely." },
        user("I was charged twice."),
        { role: "assistant", content: "On which days?" },
        user("On the 1st and the 15th."),
      ],
      record: record({ issue_type: "billing" }),
      options: VIRTUAL,
    },
    outcome: "completed, 1 of 1",
  },
  reasoning: {
    body: {
      flow: flowOf(
        ask({ reasoning: true, temperature: 1, maxTokens: 2000, userPrompt: "Compute." }),
        ask({
          reasoning: { enabled: true, reasoningEffort: "high", reasoningSummary: "detailed" },
          userPrompt: "Once more.",
        }),
      ),
      record: record(),
      options: { ...VIRTUAL, storeResults: true },
    },
    outcome: "completed, 2 of 2",
    warnings: ["options.storeResults"],
  },
  tools: {
    body: {
      flow: flowOf(
        ask({
          userPrompt: "Help.",
          tools: { maxToolCalls: 5, toolCallStrategy: "auto", toolIds: ["mcp:context7:resolve-library-id"] },
        }),
      ),
      options: { flowMode: "virtual", streamResponse: true },
    },
    outcome: "failed: This server does not support prompt tools",
  },
  "the record of the run": {
    body: {
      flow: flowOf(
        { type: "retrieve-record", name: "Load", config: { outputVariable: "loaded" } },
        ask({ userPrompt: "Judge {{loaded.metadata.company}}.", outputVariable: "analysis" }),
        ask({ userPrompt: "Shorten {{analysis}}" }),
      ),
      record: record({ company: "Acme" }),
      options: VIRTUAL,
    },
    outcome: "completed, 3 of 3",
  },
  upsert: {
    body: {
      flow: {
        name: "Flow of a program",
        steps: [ask({ userPrompt: "Shorten: {{input}}" }, { enabled: true, order: 1 })],
      },
      record: record({ input: "A long text." }),
      options: { flowMode: "upsert", recordMode: "virtual", streamResponse: true },
    },
    outcome: "completed, 1 of 1",
    saved: "flow",
  },
  "an upsert with options": {
    body: {
      flow: flowOf(
        {
          type: "fetch-url",
          name: "Fetch",
          order: 1,
          enabled: true,
          config: { http: { method: "GET", url: "web/data" }, outputVariable: "api_data" },
        },
        ask({ responseFormat: "json", userPrompt: "Read {{api_data}}" }, { enabled: true, order: 2 }),
      ),
      record: record(),
      options: {
        flowMode: "upsert",
        recordMode: "virtual",
        streamResponse: true,
        upsertOptions: { createVersionOnChange: true, allowOverwriteExternalChanges: false },
      },
    },
    outcome: "completed, 2 of 2",
    saved: "flow",
  },
  "a stored flow on a virtual record": {
    body: {
      flow: { id: "stored" },
      messages: [user("Say something funny.")],
      record: record({ employee_count: 500 }),
      options: { flowMode: "existing", recordMode: "virtual", debugMode: false, streamResponse: true },
    },
    outcome: "completed, 1 of 1",
  },
};

describe("a published dispatch example", () => {
  let store: Store;
  let app: TestApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let web: Server;
  let fill: (body: JsonObject) => JsonObject;

  beforeAll(async () => {
    store = await openTestStore();
    model = await startModelServer(({ body }, response) => {
      if (body["model"] !== "this-model-does-not-exist")
        return streamModelResponse(response, ['{"answer":1}']);
      response.writeHead(404, { "content-type": "application/json" });
      response.end('{"error":{"message":"There is no such model."}}');
    });
    web = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"stargazers_count":1}');
    });
    const host = `127.0.0.1:${await startListening(web, 0, "127.0.0.1")}`;
    const { runner } = createFlowRunHarness({ modelUrl: model.url, allowed: [host] });
    app = await startTestApp(store, { runner });
    const prompt = ask({ userPrompt: "{{_record.name}} {{user_message}}" }, { id: "ask" });
    const flow = await app.create({ name: "Stored", flowSteps: [prompt] });
    const { json } = await app.call("POST", "/v1/records", { body: { name: "Stored", type: "customer" } });
    fill = (body) =>
      JSON.parse(
        JSON.stringify(body)
          .replace('"flow":{"id":"stored"', `"flow":{"id":"${flow.id}"`)
          .replace('"record":{"id":"stored"', `"record":{"id":"${json.id}"`)
          .replace('"web/', `"http://${host}/`),
      );
  });
  afterAll(async () => {
    await app.close();
    model.close();
    web.close();
    await store.close();
  });

  const count = async (path: string) =>
    (await app.call("GET", `${path}?includeCount=true`)).json.pagination.totalCount as number;

  const run = async (body: JsonObject): Promise<readonly ReceivedServerSentEvent[]> => {
    const response = await app.request("POST", "/v1/dispatch", fill(body));
    expect(response.status).toBe(200);
    if (!response.headers.get("content-type")?.startsWith("text/event-stream"))
      return [{ event: "json", data: await response.json() } as never];
    const events = new ServerSentEventReader(response.body as ReadableStream<Uint8Array>);
    const received: ReceivedServerSentEvent[] = [];
    for (let next = await events.next(); next; next = await events.next()) received.push(next);
    return received;
  };

  it.each(Object.entries(EXAMPLES))("has the documented outcome: %s", async (_, example) => {
    const { body, outcome, saved = "", warnings = [] } = example;
    const [flowsBefore, recordsBefore] = [await count("/v1/flows"), await count("/v1/records")];
    const received = await run(body);
    const hasMoreFlows = (await count("/v1/flows")) > flowsBefore;
    const hasMoreRecords = (await count("/v1/records")) > recordsBefore;
    expect([hasMoreFlows, hasMoreRecords]).toEqual([saved.includes("flow"), saved.includes("record")]);
    const first = received[0]?.data;
    const last = received.at(-1);
    const { success, successfulSteps, totalSteps, steps, code, error } = last?.data ?? {};
    if (outcome.startsWith("failed: ")) {
      expect([last?.event, code]).toEqual(["execution_error", "step_failed"]);
      expect(error).toContain(outcome.slice("failed: ".length));
    } else {
      const counts = Array.isArray(steps) ? [steps.length, steps.length] : [successfulSteps, totalSteps];
      expect([success, `completed, ${counts.join(" of ")}`]).toEqual([true, outcome]);
    }
    expect((first?.warnings ?? []).map(({ path }: { path: string }) => path)).toEqual(warnings);
    if (hasMoreFlows) {
      const flow = await app.call("GET", `/v1/flows/${first?.flowId}`);
      expect(flow.json.draftVersionId).toBe(first?.draftVersionId);
    }
    if (hasMoreRecords) expect((await app.call("GET", `/v1/records/${first?.recordId}`)).status).toBe(200);
  });

  it("sends images to the model as parts, and appends the record's metadata to a prompt on request", async () => {
    const sent = async (name: string, more: JsonObject = {}) => {
      const before = model.calls.length;
      await run({ ...EXAMPLES[name]?.body, ...more });
      return model.calls[before]?.body["messages"] as readonly JsonObject[];
    };
    const vision = await sent("an image by address");
    expect(vision.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(vision[1]?.["content"]).toEqual([
      { type: "image_url", image_url: { url: "https://images.example.com/watch.jpg?w=800" } },
      { type: "text", text: "Describe this product." },
    ]);
    const image = { type: "image", image: "https://images.example.com/alone.jpg" };
    const alone = await sent("an image by address", { messages: [user([image])] });
    expect(JSON.stringify(alone)).toContain("alone.jpg");
    expect(JSON.stringify(await sent("an image as data"))).toContain('"url":"data:image/jpeg;base64,R0lGOD');
    expect((await sent("appended metadata")).at(-1)?.["content"]).toBe(
      'Judge Q4.\n\nRecord metadata:\n{"quarter":"Q4","total_revenue":"$2.5M","top_products":["A","B"]}',
    );
    expect((await sent("upsert")).at(-1)?.["content"]).toBe("Shorten: A long text.");
  });
});
