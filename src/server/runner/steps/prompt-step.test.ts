import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { JsonObject } from "#core/json.ts";
import { type ModelCall, startModelServer, streamAnswer } from "#server/testing/model-server.ts";
import { createRunHarness } from "#server/testing/run-harness.ts";

let answer: (call: ModelCall, response: ServerResponse) => void;
let server: Awaited<ReturnType<typeof startModelServer>>;
let harness: ReturnType<typeof createRunHarness>;

beforeAll(async () => {
  server = await startModelServer((call, response) => answer(call, response));
  harness = createRunHarness({
    modelUrl: server.url,
    modelKey: "sk-geheim-9",
    secrets: { PIN: "4711-0815" },
  });
});
afterAll(async () => {
  await harness.runner.close();
  server.close();
});
beforeEach(() => {
  server.calls.length = 0;
  answer = (_, response) => streamAnswer(response, ["Good ", "day"]);
});

const prompt = (config: JsonObject, rest: JsonObject = {}): JsonObject => ({
  id: "p",
  name: "Ask",
  type: "prompt",
  config: { model: "gpt-4o-mini", userPrompt: "Say hello to {{who}}", outputVariable: "answer", ...config },
  ...rest,
});

it("asks the model, tells its answer as it comes, and keeps what was used", async () => {
  answer = (_, response) => streamAnswer(response, ["Good ", "day"], { usage: { cost: 0.0021 } });
  const ran = await harness.run(
    [
      prompt({
        systemPrompt: "Be {{tone}}.",
        temperature: 0.3,
        maxTokens: "{{most}}",
        topK: 40,
        reasoning: { reasoningEffort: "low" },
        previousMessages: "{{messages}}",
      }),
      { id: "s", type: "set-variable", name: "s", config: { variableName: "s", value: "<{{answer}}>" } },
    ],
    {
      inputs: { who: "Ada", tone: "kind", most: 50 },
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Yes?" },
      ],
    },
  );
  expect(server.calls[0]).toMatchObject({
    path: "/v1/chat/completions",
    authorization: "Bearer sk-geheim-9",
    body: {
      model: "gpt-4o-mini",
      stream: true,
      temperature: 0.3,
      max_tokens: 50,
      top_k: 40,
      reasoning_effort: "low",
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Yes?" },
        { role: "user", content: "Say hello to Ada" },
      ],
    },
  });
  expect(ran.textOf("p")).toBe("Good day");
  expect(ran.of("p")).toMatchObject({
    status: "completed",
    output: "Good day",
    modelUsed: "model-as-told",
    promptTokens: 11,
    completionTokens: 5,
    totalTokens: 16,
    cost: 0.0021,
    stopReason: "end_turn",
    resolvedPrompt: "Be kind.\n\nSay hello to Ada",
  });
  expect(ran.outcome).toMatchObject({
    finalOutput: "<Good day>",
    promptsExecuted: 1,
    contextSteps: 1,
    totalTokens: 16,
    cost: 0.0021,
  });
});

it("has no cost where nobody says it", async () => {
  const ran = await harness.run([prompt({})]);
  expect(ran.of("p")).not.toHaveProperty("cost");
  expect(ran.of("p").unresolvedVariables).toEqual(["who"]);
});

it.each([1.5, -1, 3e9])(
  "counts no tokens where a server says %d, which no store takes",
  async (prompt_tokens) => {
    answer = (_, response) => streamAnswer(response, ["Hi"], { usage: { prompt_tokens } });
    const ran = await harness.run([prompt({})]);
    expect(ran.of("p")).toMatchObject({ status: "completed", output: "Hi", completionTokens: 5 });
    expect(ran.of("p")).not.toHaveProperty("promptTokens");
  },
);

it("asks another model where the run says so", async () => {
  await harness.run([prompt({})], { modelOverride: "other" });
  expect(server.calls[0]?.body["model"]).toBe("other");
});

it.each([
  ["plain", '{"a": [1]}'],
  ["between fences", '```json\n{"a": [1]}\n```'],
])("reads JSON, %s", async (_, text) => {
  answer = (_, response) => streamAnswer(response, [text.slice(0, 7), text.slice(7)]);
  const ran = await harness.run([prompt({ responseFormat: "JSON" })]);
  expect(ran.of("p").output).toEqual({ a: [1] });
  expect(server.calls[0]?.body["response_format"]).toEqual({ type: "json_object" });
});

it.each([
  ["Sure! Here it is: {", "stop", /answered something else: “Sure!/],
  ["", "stop", /answered nothing/],
  ['{"a": ', "length", /cut off at its maximum of tokens/],
])("fails for %j instead of JSON, and says what was used", async (text, finish, sentence) => {
  answer = (_, response) => streamAnswer(response, text === "" ? [] : [text], { finish });
  const ran = await harness.run([prompt({ responseFormat: "json" })]);
  expect(ran.of("p").error).toMatch(sentence);
  expect(ran.of("p")).toMatchObject({ status: "failed", totalTokens: 16 });
});

it("says what the model server answered, and never the key", async () => {
  answer = (_, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end('{"error":{"message":"Incorrect API key provided: sk-geheim-9"}}');
  };
  const ran = await harness.run([prompt({})]);
  expect(ran.of("p").error).toMatch(/^The model server answered 401: .*•••/);
  expect(JSON.stringify(ran)).not.toContain("geheim");
});

it.each<[string, (response: ServerResponse) => void]>([
  ["cuts the connection", (response) => response.destroy()],
  [
    "answers no stream",
    (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>Hello"),
  ],
  [
    "answers rubbish",
    (response) => response.writeHead(200, { "content-type": "text/event-stream" }).end("data: {nonsense\n\n"),
  ],
  ["redirects", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ["is at a loss", (response) => response.writeHead(503).end()],
])("fails with a sentence where the server %s", async (_, act) => {
  answer = (_, response) => act(response);
  const ran = await harness.run([prompt({})]);
  expect(ran.of("p").status).toBe("failed");
  expect(ran.of("p").error).toMatch(/^The model server .+[.…]$/);
});

it("falls back to another model with settings of its own", async () => {
  answer = ({ body }, response) => {
    if (body["model"] === "gpt-4o-mini") response.writeHead(500).end("overloaded");
    else streamAnswer(response, ["from b"]);
  };
  const fallbacks: JsonObject[] = [{ type: "retry" }, { type: "model", model: "b", temperature: 0.9 }];
  const ran = await harness.run([prompt({ errorHandling: { onError: "fallback", fallbacks } })], {
    modelOverride: undefined,
  });
  expect(ran.of("p")).toMatchObject({
    output: "from b",
    retryCount: 2,
    fallback: {
      used: true,
      model: "b",
      reason: "The model server answered 500: overloaded.",
      attempts: [
        { type: "retry", success: false },
        { type: "model", model: "b", success: true },
      ],
    },
  });
  expect(server.calls.map(({ body }) => body["temperature"])).toEqual([undefined, undefined, 0.9]);
});

it("is cut off when the run is cancelled", async () => {
  const controller = new AbortController();
  let isCut = false;
  answer = (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    response.on("close", () => (isCut = true));
    setTimeout(() => controller.abort(), 50);
  };
  const ran = await harness.run([prompt({})], {}, { signal: controller.signal });
  expect(ran.outcome.status).toBe("cancelled");
  await expect.poll(() => isCut).toBe(true);
});

it("never tells a secret that the model repeats, however it comes", async () => {
  answer = (_, response) => streamAnswer(response, ["PIN ", "47", "11-", "08", "15", " 4711-", "x"]);
  const ran = await harness.run([prompt({ userPrompt: "Repeat {{secret:PIN}}" })]);
  expect(JSON.stringify(server.calls[0]?.body)).toContain("4711-0815");
  expect(ran.textOf("p")).toBe("PIN ••• 4711-x");
  expect(ran.of("p")).toMatchObject({ output: "PIN ••• 4711-x", resolvedPrompt: "Repeat •••" });
});

it("is quiet where it is not to stream", async () => {
  expect((await harness.run([prompt({ streamOutput: false })])).textOf("p")).toBe("");
});

it.each<[string, JsonObject, RegExp]>([
  ["no model", { model: "" }, /names no model/],
  ["no prompt", { userPrompt: "{{nobody}}" }, /prompt is empty/],
  ["a temperature that is none", { temperature: "warm" }, /“temperature” must be a number/],
  ["messages that are none", { previousMessages: "hello" }, /not a list of messages/],
  [
    "a message with a picture",
    { previousMessages: [{ role: "user", content: [{ type: "image" }] }] },
    /cannot be sent/,
  ],
  ["tools", { tools: { toolIds: ["builtin:exa"] } }, /The tools of this prompt do not run on this server/],
])("fails with %s, and asks nobody", async (_, config, sentence) => {
  const ran = await harness.run([prompt(config)]);
  expect(ran.of("p").error).toMatch(sentence);
  expect(server.calls).toEqual([]);
});

it("reads the prompt under its old name", async () => {
  await harness.run([{ id: "p", type: "prompt", name: "p", config: { model: "m", text: "old" } }]);
  expect(server.calls[0]?.body["messages"]).toEqual([{ role: "user", content: "old" }]);
});

it("says which setting is missing", async () => {
  const none = createRunHarness();
  expect((await none.run([prompt({})])).of("p").error).toMatch(/MODEL_BASE_URL is not set/);
  await none.runner.close();
});

it("does not tell half of a key or a secret where the answer is cut", async () => {
  answer = (_, response) => {
    response.writeHead(400, { "content-type": "text/plain" });
    response.end(`${"x".repeat(290)}sk-geheim-9 is not known`);
  };
  const refused = (await harness.run([prompt({})], { inputs: { who: "Ada" } })).of("p").error;
  expect(refused).toContain("answered 400");
  expect(refused).not.toContain("sk-");
  answer = (_, response) => streamAnswer(response, [`${"x".repeat(292)}4711-0815 is not JSON`]);
  const other = (await harness.run([prompt({ responseFormat: "json" })], { inputs: { who: "Ada" } })).of("p");
  expect(other.error).toContain("answered something else");
  expect(other.error).not.toContain("4711");
});
