import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { type ServerValidations, checkFlowsOnServer } from "./check-flows.ts";
import type { PreviewedFlow } from "./previewed-flow.ts";
import { type FlowImportItem, type FlowImportOutcome, sendFlowImport } from "./send-flows.ts";

vi.mock("#client/data/api/call-endpoint.ts", () => ({ callEndpoint: vi.fn() }));

const client = new QueryClient();
const { signal } = new AbortController();
const requests: string[] = [];

/** Answers as a server that knows no steps of the type `fetch-moon`. */
const answer = async (
  endpoint: string,
  {
    body,
  }: { readonly body: { readonly name: string; readonly flowSteps: readonly { readonly type: string }[] } },
) => {
  requests.push(`${endpoint} ${body.name}`);
  if (endpoint !== "validateFlow") return { id: `flow ${body.name}` };
  const index = body.flowSteps.findIndex(({ type }) => type === "fetch-moon");
  const hint = { code: "bad-config", message: "“A”: URL is required.", path: "flowSteps.0.config.url" };
  const refusal = {
    code: "INVALID_ENUM",
    message: "“fetch-moon” is not a step type.",
    path: `flowSteps.${index}.type`,
  };
  return { errors: index < 0 ? [hint] : [hint, refusal] };
};

beforeEach(() => {
  requests.length = 0;
  vi.mocked(callEndpoint).mockImplementation(answer as never);
});

const item = (name: string, type: string, path = `${name}.json`) => {
  const text = JSON.stringify({ name, flowSteps: [{ type, name: "A" }] });
  const preview = { name, text, tags: [] } as unknown as PreviewedFlow;
  return { id: name, path, preview, existing: [], choice: { type: "create" } } satisfies FlowImportItem;
};
const check = async (items: readonly FlowImportItem[]) => {
  let validations: ServerValidations = new Map();
  const stoppedBy = await checkFlowsOnServer({
    client,
    items,
    signal,
    onProgress: (now) => (validations = now),
  });
  return { stoppedBy, validations };
};

const REASON = "The server rejected this value: “fetch-moon” is not a step type (flowSteps.0.type).";

it("the server validates each flow before the import, and names the step types that it does not know", async () => {
  const { stoppedBy, validations } = await check([item("Good", "fetch-url"), item("Bad", "fetch-moon")]);
  expect(stoppedBy).toBeUndefined();
  expect(Object.fromEntries(validations)).toEqual({
    Good: { type: "accepted" },
    Bad: { type: "refused", reason: REASON },
  });
  expect(requests).toEqual(["validateFlow Good", "validateFlow Bad"]);
});

it("a flow stays unchecked if the server has no validator, and the check stops if the session has ended", async () => {
  vi.mocked(callEndpoint).mockRejectedValue(new ApiError(404, "Not found"));
  expect(await check([item("A", "prompt")])).toEqual({ stoppedBy: undefined, validations: new Map() });
  const ended = new ApiError(401, "Sign in.");
  vi.mocked(callEndpoint).mockRejectedValue(ended);
  expect(await check([item("A", "prompt"), item("B", "prompt")])).toEqual({
    stoppedBy: ended,
    validations: new Map(),
  });
});

it("an import does not validate the flows again that the preview has checked, and writes no flow of a file with a refused one", async () => {
  const items = [
    item("Good", "fetch-url", "two.json"),
    item("Bad", "fetch-moon", "two.json"),
    item("One", "prompt", "more.json"),
    item("Two", "prompt", "more.json"),
  ];
  const { validations } = await check(items.slice(0, 3));
  requests.length = 0;
  const outcomes = new Map<string, FlowImportOutcome>();
  const stoppedBy = await sendFlowImport({
    client,
    items,
    validations,
    signal,
    onOutcome: ({ id }, outcome) => outcomes.set(id, outcome),
  });
  expect(stoppedBy).toBeUndefined();
  expect(requests).toEqual(["validateFlow Two", "createFlow One", "createFlow Two"]);
  expect(Object.fromEntries(outcomes)).toEqual({
    Good: { type: "failed", reason: "Another flow of this file was refused." },
    Bad: { type: "failed", reason: REASON },
    One: { type: "created", flowId: "flow One" },
    Two: { type: "created", flowId: "flow Two" },
  });
});

it("flows that could not be checked, because the connection was lost, stay unchecked", async () => {
  vi.useFakeTimers();
  vi.mocked(callEndpoint).mockRejectedValue(new NetworkError("lost"));
  const result = check([item("A", "prompt")]);
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  expect(await result).toEqual({ stoppedBy: expect.any(NetworkError), validations: new Map() });
});
