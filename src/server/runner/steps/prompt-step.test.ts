import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import {
  type ModelServerRequest,
  startModelServer,
  streamModelResponse,
} from "#server/testing/model-server.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";

let answer: (call: ModelServerRequest, response: ServerResponse) => void;
let server: Awaited<ReturnType<typeof startModelServer>>;
let harness: ReturnType<typeof createFlowRunHarness>;

beforeAll(async () => {
  server = await startModelServer((call, response) => answer(call, response));
  harness = createFlowRunHarness({
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
  answer = (_, response) => streamModelResponse(response, ["Good ", "day"]);
});

const prompt = (config: JsonObject, rest: JsonObject = {}): JsonObject => ({
  id: "p",
  name: "Ask",
  type: "prompt",
  config: { model: "gpt-4o-mini", userPrompt: "Say hello to {{who}}", outputVariable: "answer", ...config },
  ...rest,
});

it("a prompt step prompts the model, streams its response, and stores the usage", async () => {
  answer = (_, response) => streamModelResponse(response, ["Good ", "day"], { usage: { cost: 0.0021 } });
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
    modelUsed: "reported-model",
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

it("a prompt step has no cost when the model reports none", async () => {
  const ran = await harness.run([prompt({})]);
  expect(ran.of("p")).not.toHaveProperty("cost");
  expect(ran.of("p").unresolvedVariables).toEqual(["who"]);
});

it.each([1.5, -1, 3e9])("a prompt step ignores an invalid token count of %d", async (prompt_tokens) => {
  answer = (_, response) => streamModelResponse(response, ["Hi"], { usage: { prompt_tokens } });
  const ran = await harness.run([prompt({})]);
  expect(ran.of("p")).toMatchObject({ status: "completed", output: "Hi", completionTokens: 5 });
  expect(ran.of("p")).not.toHaveProperty("promptTokens");
});

it("a prompt step uses the model that the run requests", async () => {
  await harness.run([prompt({})], { modelOverride: "other" });
  expect(server.calls[0]?.body["model"]).toBe("other");
});

it.each([
  ["without a code block", '{"a": [1]}'],
  ["in a code block", '```json\n{"a": [1]}\n```'],
])("a prompt step parses a JSON response %s", async (_, text) => {
  answer = (_, response) => streamModelResponse(response, [text.slice(0, 7), text.slice(7)]);
  const ran = await harness.run([prompt({ responseFormat: "JSON" })]);
  expect(ran.of("p").output).toEqual({ a: [1] });
  expect(server.calls[0]?.body["response_format"]).toEqual({ type: "json_object" });
});

it.each([
  ["Sure! Here it is: {", "stop"],
  ["", "stop"],
  ['{"a": ', "length"],
])("a prompt step returns the response %j as text, because it is not valid JSON", async (text, finish) => {
  answer = (_, response) => streamModelResponse(response, text === "" ? [] : [text], { finish });
  const ran = await harness.run([
    prompt({ responseFormat: "json" }),
    { id: "s", type: "set-variable", name: "s", config: { variableName: "s", value: "<{{answer}}>" } },
  ]);
  expect(ran.of("p")).toMatchObject({
    status: "completed",
    output: text,
    totalTokens: 16,
    stopReason: finish === "length" ? "length" : "end_turn",
  });
  expect(ran.of("p")).not.toHaveProperty("answerText");
  expect(ran.of("s").output).toBe(`<${text}>`);
});

it("a prompt step reports the original text of a JSON response, with secrets redacted", async () => {
  const text = '```json\n{"a": "4711-0815"}\n```';
  answer = (_, response) => streamModelResponse(response, [text]);
  const ran = await harness.run([prompt({ responseFormat: "json" })]);
  expect(ran.of("p")).toMatchObject({
    output: { a: "•••" },
    answerText: text.replace("4711-0815", "•••"),
  });
});

it("a prompt step drops the model's response when a fallback message replaces it", async () => {
  answer = (_, response) => streamModelResponse(response, ['""']);
  const errorHandling = {
    onError: "fallback",
    triggers: [{ type: "empty-output" }],
    fallbacks: [{ type: "message", message: "Sorry" }],
  };
  const ran = await harness.run([prompt({ responseFormat: "json", errorHandling })]);
  expect(ran.of("p").output).toBe("Sorry");
  expect(ran.of("p")).not.toHaveProperty("answerText");
});

it("a prompt step reports the model server's error without the API key", async () => {
  answer = (_, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end('{"error":{"message":"Incorrect API key provided: sk-geheim-9"}}');
  };
  const ran = await harness.run([prompt({})]);
  expect(ran.of("p").error).toMatch(/^The model server responded with 401: .*•••/);
  expect(JSON.stringify(ran)).not.toContain("geheim");
});

it.each<[string, (response: ServerResponse) => void]>([
  ["cuts the connection", (response) => response.destroy()],
  [
    "responds without a stream",
    (response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>Hello"),
  ],
  [
    "responds with invalid data",
    (response) => response.writeHead(200, { "content-type": "text/event-stream" }).end("data: {nonsense\n\n"),
  ],
  ["redirects", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ["responds with 503", (response) => response.writeHead(503).end()],
])("a prompt step fails with a readable error if the model server %s", async (_, act) => {
  answer = (_, response) => act(response);
  const ran = await harness.run([prompt({})]);
  expect(ran.of("p").status).toBe("failed");
  expect(ran.of("p").error).toMatch(/^The model server .+[.…]$/);
});

it("a prompt step falls back to another model with its own settings", async () => {
  answer = ({ body }, response) => {
    if (body["model"] === "gpt-4o-mini") response.writeHead(500).end("overloaded");
    else streamModelResponse(response, ["from b"]);
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
      reason: "The model server responded with 500: overloaded.",
      attempts: [
        { type: "retry", success: false },
        { type: "model", model: "b", success: true },
      ],
    },
  });
  expect(server.calls.map(({ body }) => body["temperature"])).toEqual([undefined, undefined, 0.9]);
});

it("a prompt step closes the connection to the model when the run is cancelled", async () => {
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

it("a prompt step redacts a secret that the model repeats across chunks", async () => {
  answer = (_, response) => streamModelResponse(response, ["PIN ", "47", "11-", "08", "15", " 4711-", "x"]);
  const ran = await harness.run([prompt({ userPrompt: "Repeat {{secret:PIN}}" })]);
  expect(JSON.stringify(server.calls[0]?.body)).toContain("4711-0815");
  expect(ran.textOf("p")).toBe("PIN ••• 4711-x");
  expect(ran.of("p")).toMatchObject({ output: "PIN ••• 4711-x", resolvedPrompt: "Repeat •••" });
});

it("a prompt step streams nothing if streaming is disabled", async () => {
  expect((await harness.run([prompt({ streamOutput: false })])).textOf("p")).toBe("");
});

it.each<[string, JsonObject, RegExp]>([
  ["no model", { model: "" }, /Model is required/],
  ["no prompt", { userPrompt: "{{missing}}" }, /prompt is empty/],
  ["an invalid temperature", { temperature: "warm" }, /“temperature” must be a number/],
  ["invalid messages", { previousMessages: "hello" }, /must be a list of messages/],
  [
    "an image without data",
    { previousMessages: [{ role: "user", content: [{ type: "image" }] }] },
    /cannot be sent/,
  ],
  ["tools", { tools: { toolIds: ["builtin:exa"] } }, /does not support prompt tools/],
])("a prompt step fails with %s and sends no request", async (_, config, sentence) => {
  const ran = await harness.run([prompt(config)]);
  expect(ran.of("p").error).toMatch(sentence);
  expect(server.calls).toEqual([]);
});

it("a prompt step reads the prompt from the legacy config key `text`", async () => {
  await harness.run([{ id: "p", type: "prompt", name: "p", config: { model: "m", text: "old" } }]);
  expect(server.calls[0]?.body["messages"]).toEqual([{ role: "user", content: "old" }]);
});

it("a prompt step without a model server names the missing setting", async () => {
  const none = createFlowRunHarness();
  expect((await none.run([prompt({})])).of("p").error).toMatch(/set FLOWLINE_MODEL_BASE_URL/);
  await none.runner.close();
});

it("a prompt step does not reveal part of a key or secret when the response is truncated", async () => {
  answer = (_, response) => {
    response.writeHead(400, { "content-type": "text/plain" });
    response.end(`${"x".repeat(290)}sk-geheim-9 is not known`);
  };
  const refused = (await harness.run([prompt({})], { inputs: { who: "Ada" } })).of("p").error;
  expect(refused).toContain("responded with 400");
  expect(refused).not.toContain("sk-");
  answer = (_, response) => streamModelResponse(response, [`${"x".repeat(292)}4711-0815 is not JSON`]);
  const other = (await harness.run([prompt({ responseFormat: "json" })], { inputs: { who: "Ada" } })).of("p");
  expect(other.output).toContain("is not JSON");
  expect(JSON.stringify(other)).not.toContain("4711");
});

it("a prompt step in a chat sends the user's last message only once, with its parts", async () => {
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
  const config = { userPrompt: "{{user_message}}", previousMessages: "{{messages}}" };
  for (const content of ["What is this?", [{ type: "text", text: "What is this?" }, image]]) {
    server.calls.length = 0;
    const messages = [
      { role: "assistant", content: "Hi" },
      { role: "user", content },
    ];
    await harness.run([prompt(config)], { messages });
    expect(server.calls[0]?.body["messages"]).toEqual(messages);
  }
  server.calls.length = 0;
  const earlier = [
    { role: "user", content: "Hello" },
    { role: "assistant", content: "Hi" },
  ];
  await harness.run([prompt({ ...config, userPrompt: "Hello" })], { messages: earlier });
  expect(server.calls[0]?.body["messages"]).toEqual([...earlier, { role: "user", content: "Hello" }]);
});

describe("a prompt step without a prompt", () => {
  const messages = [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Yes?" },
    { role: "user", content: [{ type: "text", text: "What is a flow?" }] },
  ];
  const step = (config: JsonObject) => [
    { id: "p", type: "prompt", name: "p", config: { model: "m", ...config } },
  ];
  const conversation = [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Yes?" },
    { role: "user", content: "What is a flow?" },
  ];

  it.each<[string, JsonObject]>([
    ["no prompt", {}],
    ["an empty prompt", { userPrompt: " ", text: "" }],
    ["`{{messages}}` as previous messages", { previousMessages: "{{messages}}" }],
    ["an empty list of previous messages", { previousMessages: [] }],
  ])("sends the messages of the run if its config has %s", async (_, config) => {
    const ran = await harness.run(step({ systemPrompt: "Be brief.", ...config }), { messages });
    expect(ran.of("p")).toMatchObject({ status: "completed", output: "Good day" });
    expect(server.calls.map(({ body }) => body["messages"])).toEqual([
      [{ role: "system", content: "Be brief." }, ...conversation],
    ]);
    expect(ran.of("p").resolvedPrompt).toBe("Be brief.\n\nWhat is a flow?");
  });

  it("sends its own previous messages instead of those of the run", async () => {
    const own = [{ role: "user", content: "Own" }];
    await harness.run(step({ previousMessages: own }), { messages });
    expect(server.calls[0]?.body["messages"]).toEqual(own);
  });

  it("fails without messages, and with a prompt whose variables are empty", async () => {
    const bare = await harness.run(step({}));
    expect(bare.of("p").error).toBe(
      "Nothing to send to the model. Write a prompt in this step, or send “messages” with the run or its record.",
    );
    const unset = await harness.run(step({ userPrompt: "{{nothing}}" }), { messages });
    expect(unset.of("p").error).toMatch(/^The prompt is empty once its variables are filled in/);
    expect(server.calls).toEqual([]);
  });
});
