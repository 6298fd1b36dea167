import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import type { Store } from "#server/store/store.ts";
import { type ReceivedServerSentEvent, ServerSentEventReader } from "#server/testing/event-reader.ts";
import { startModelServer, streamModelResponse } from "#server/testing/model-server.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { buildPublishedDispatchExamples } from "#server/testing/published-dispatch-examples.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

/** By example: the expected last event, with the number of steps or the error, and what is saved. */
const OUTCOMES: Readonly<Record<string, readonly [outcome: string, saved: string]>> = {
  minimal: ["completed, 1 of 1", "flow and record"],
  complexFlow: ["completed, 4 of 4", "flow and record"],
  contextSteps: ["failed: This server can’t run “fetch-github” steps", "flow and record"],
  createRecordAndFlow: ["completed, 3 of 3", "flow and record"],
  createRecordOnly: ["completed, 1 of 1", "record"],
  marketingDemo: ["completed, 3 of 3", "flow and record"],
  autoAppendMetadata: ["completed, 1 of 1", "nothing"],
  errorTracking: ["failed: The model server responded with 404", "nothing"],
  executionModesOverview: ["completed, 1 of 1", "nothing"],
  existingRecordAndFlow: ["completed, 1 of 1", "nothing"],
  imageInput: ["completed, 1 of 1", "nothing"],
  imageUrl: ["completed, 1 of 1", "nothing"],
  screenshotToFlow: ["completed, 1 of 1", "nothing"],
  inputVariables: ["completed, 1 of 1", "nothing"],
  messagesArray: ["completed, 1 of 1", "nothing"],
  reasoningCapture: ["completed, 3 of 3", "nothing"],
  runtimeMcpServers: ["failed: This server does not support prompt tools", "nothing"],
  savedMcpServers: ["failed: This server does not support prompt tools", "nothing"],
  runtimeTools: ["failed: This server does not support prompt tools", "nothing"],
  runtimeToolsDaytonaPython: ["failed: This server does not support prompt tools", "nothing"],
  standaloneFlow: ["completed, 1 of 1", "nothing"],
  stepResultsStorage: ["completed, 3 of 3", "nothing"],
  upsertFlowMode: ["completed, 1 of 1", "flow"],
  upsertWithOptions: ["completed, 2 of 2", "flow"],
  virtualRecord: ["completed, 1 of 1", "nothing"],
};

/** By example: the options without effect, because results of flows that are not saved are not stored. */
const WARNINGS: Readonly<Record<string, readonly string[]>> = {
  errorTracking: ["options.storeResults"],
  reasoningCapture: ["options.storeResults"],
  stepResultsStorage: ["options.storeResults"],
};

describe("the published dispatch examples", () => {
  let store: Store;
  let app: TestApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let web: Server;
  let examples: Readonly<Record<string, JsonObject>>;

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
    await new Promise<void>((resolve) => void web.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(web.address() as AddressInfo).port}`;
    const { runner } = createFlowRunHarness({ modelUrl: model.url, allowed: [host] });
    app = await startTestApp(store, { runner });
    const flow = await app.create({
      name: "Stored",
      flowSteps: [
        {
          id: "ask",
          type: "prompt",
          name: "Ask",
          config: { model: "m", userPrompt: "{{_record.name}} {{user_message}}" },
        },
      ],
    });
    const record = await app.call("POST", "/v1/records", { body: { name: "Stored", type: "customer" } });
    examples = buildPublishedDispatchExamples({
      flowId: flow.id,
      recordId: record.json.id,
      web: `http://${host}`,
    });
  });
  afterAll(async () => {
    await app.close();
    model.close();
    web.close();
    await store.close();
  });

  const count = async () => {
    const [flows, records] = await Promise.all(
      ["/v1/flows?includeCount=true", "/v1/records?includeCount=true"].map((path) => app.call("GET", path)),
    );
    return [flows, records].map((page) => page?.json.pagination.totalCount as number);
  };

  const run = async (body: JsonObject): Promise<readonly ReceivedServerSentEvent[]> => {
    const response = await app.request("POST", "/v1/dispatch", body);
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
      const data = { ...((await response.json()) as JsonObject), httpStatus: response.status };
      return [{ event: "json", data } as never];
    }
    expect(response.status).toBe(200);
    const events = new ServerSentEventReader(response.body as ReadableStream<Uint8Array>);
    const received: ReceivedServerSentEvent[] = [];
    for (let next = await events.next(); next; next = await events.next()) received.push(next);
    return received;
  };

  it("are 25, and this test expects an outcome for each", () => {
    expect(Object.keys(examples).toSorted()).toEqual(Object.keys(OUTCOMES).toSorted());
    expect(Object.keys(examples)).toHaveLength(25);
  });

  it.each(Object.entries(OUTCOMES))("have the documented outcome: %s", async (name, [outcome, saved]) => {
    const [flowsBefore = 0, recordsBefore = 0] = await count();
    const received = await run(examples[name] as JsonObject);
    const [flows = 0, records = 0] = await count();
    const changes = [flows > flowsBefore && "flow", records > recordsBefore && "record"].filter(Boolean);
    expect(changes.join(" and ") || "nothing").toBe(saved);
    const [first] = received;
    const last = received.at(-1);
    const { data } = last as { data: Record<string, unknown> };
    if (outcome.startsWith("failed: ")) {
      expect(last?.event).toBe("execution_error");
      expect(data["code"]).toBe("step_failed");
      expect(data["error"]).toContain(outcome.slice("failed: ".length));
    } else {
      const { success, successfulSteps, totalSteps, steps } = data;
      const counts = Array.isArray(steps) ? [steps.length, steps.length] : [successfulSteps, totalSteps];
      expect(success).toBe(true);
      expect(`completed, ${counts.join(" of ")}`).toBe(outcome);
    }
    const warned = (first?.data["warnings"] ?? []) as readonly { readonly path: string }[];
    expect(warned.map(({ path }) => path)).toEqual(WARNINGS[name] ?? []);
    if (saved.includes("flow")) {
      const flow = await app.call("GET", `/v1/flows/${String(first?.data["flowId"])}`);
      expect(flow.json.draftVersionId).toBe(first?.data["draftVersionId"]);
    }
    if (saved.includes("record")) {
      expect((await app.call("GET", `/v1/records/${String(first?.data["recordId"])}`)).status).toBe(200);
    }
  });

  it("send images to the model as parts, and append the record's metadata to a prompt on request", async () => {
    const sent = async (name: string) => {
      const before = model.calls.length;
      await run(examples[name] as JsonObject);
      return model.calls.slice(before).map(({ body }) => body["messages"] as readonly JsonObject[]);
    };
    const [vision] = await sent("imageUrl");
    expect(vision?.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(vision?.[1]?.["content"]).toEqual([
      { type: "image_url", image_url: { url: "https://images.example.com/watch.jpg?w=800" } },
      { type: "text", text: "Describe this product." },
    ]);
    const image = { type: "image", image: "https://images.example.com/alone.jpg" };
    const before = model.calls.length;
    await run({
      ...examples["imageUrl"],
      messages: [{ role: "user", content: [image] }],
    });
    expect(JSON.stringify(model.calls[before]?.body["messages"])).toContain("alone.jpg");
    const [data] = await sent("imageInput");
    expect(JSON.stringify(data)).toContain('"url":"data:image/jpeg;base64,R0lGOD');
    const [metadata] = await sent("autoAppendMetadata");
    expect(metadata?.at(-1)?.["content"]).toBe(
      'Judge Q4.\n\nRecord metadata:\n{"quarter":"Q4","total_revenue":"$2.5M","top_products":["A","B"]}',
    );
    const [input] = await sent("upsertFlowMode");
    expect(input?.at(-1)?.["content"]).toBe("Shorten: A long text.");
  });
});
