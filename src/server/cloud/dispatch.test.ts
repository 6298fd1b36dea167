import { expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { createCloudDispatchRoutes } from "./dispatch.ts";
import type { UpstreamClient, UpstreamRequest } from "./upstream.ts";

async function send(
  body: JsonObject,
  { scopes = ["*"], bodyText = ` ${JSON.stringify(body)}` } = {},
): Promise<string> {
  const sent: UpstreamRequest[] = [];
  const upstream = {
    send: async (request: UpstreamRequest) => {
      sent.push(request);
      return new Response("event: done\n\n");
    },
  };
  const { dispatch } = createCloudDispatchRoutes(upstream as unknown as UpstreamClient);
  await dispatch({
    body,
    bodyText,
    caller: { scopes },
    signal: new AbortController().signal,
    request: { req: { header: () => undefined }, get: () => undefined },
  } as never);
  return String(sent[0]?.body);
}

const step = (id: string) => ({ id, type: "prompt", name: id, config: {} });
const route = {
  id: "r",
  type: "conditional",
  config: { trueSteps: [step("t1"), step("t2")], condition: "x", falseSteps: [step("f1"), step("f2")] },
};

it("a test run up to a step sends only the steps up to it", async () => {
  const flow = { name: "Digest", steps: [step("a"), route, step("z")] };
  const idsUpTo = async (upToStep: string) => {
    const { flow: cut, options } = JSON.parse(
      await send({ flow, options: { upToStep, flowMode: "virtual" } }),
    );
    expect(options).toEqual({ flowMode: "virtual" });
    return cut.steps.map(({ id, config }: typeof route) =>
      id === "r" ? [id, config.trueSteps.map((one) => one.id), config.falseSteps.map((one) => one.id)] : id,
    );
  };
  expect(await idsUpTo("a")).toEqual(["a"]);
  expect(await idsUpTo("r")).toEqual(["a", ["r", ["t1", "t2"], ["f1", "f2"]]]);
  expect(await idsUpTo("t1")).toEqual(["a", ["r", ["t1"], []]]);
  expect(await idsUpTo("f1")).toEqual(["a", ["r", ["t1", "t2"], ["f1"]]]);
  await expect(idsUpTo("y")).rejects.toThrow("no step with this id");
  expect(await idsUpTo("z")).toEqual(["a", ["r", ["t1", "t2"], ["f1", "f2"]], "z"]);
});

it("a test run up to a step keeps the numbers of the steps that remain as they were sent", async () => {
  const first = '{ "id": "a", "config": { "seed": 12345678901234567890 } }';
  const bodyText = `{ "flow": { "steps": [${first}, { "id": "z" }] }, "options": { "upToStep": "a", "n": 0.10 } }`;
  const sent = await send(JSON.parse(bodyText) as JsonObject, { bodyText });
  expect(sent).toBe(`{ "flow": { "steps": [${first}] }, "options": {"n":0.10} }`);
});

it("a test run of the whole flow is forwarded as it was sent", async () => {
  const body = { flow: { steps: [step("a")] }, options: { streamResponse: true } };
  expect(await send(body)).toBe(` ${JSON.stringify(body)}`);
});

it("a test run that would save the flow needs the scope for that", async () => {
  const body = { flow: { steps: [] }, options: { flowMode: "upsert" } };
  await expect(send(body, { scopes: ["DISPATCH:EXECUTE"] })).rejects.toThrow("FLOWS:WRITE");
});
