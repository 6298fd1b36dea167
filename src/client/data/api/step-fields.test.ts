import { afterEach, expect, test, vi } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { readFlowCopy } from "#client/data/mutations/duplicate-flow.ts";
import { readFlow } from "./read-flow.ts";
import {
  allowSavesWithoutStepFields,
  dismissStepFieldsReport,
  getStepFieldsReport,
  isSaveWithoutStepFieldsAllowed,
} from "./step-fields.ts";

afterEach(() => vi.unstubAllGlobals());

let count = 0;

type Answer = { readonly status?: number; readonly text: string };

/** Serves one flow; `listSteps` answers the requests for the list of its steps, by their number from 1. */
function serveFlow(listSteps: (request: number) => Answer, flow: JsonObject = {}) {
  count += 1;
  const id = `flow_${count}`;
  const sent: string[] = [];
  let held: JsonObject = {
    id,
    name: "Flow",
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    userId: "user",
    organizationId: null,
    flowSteps: [{ id: "a", type: "prompt", name: "Ask" }],
    ...flow,
  };
  vi.stubGlobal("fetch", async (url: string) => {
    sent.push(url.replace(id, ":id"));
    if (!url.startsWith("/v1/flow-steps/")) return Response.json(held);
    const { text, status = 200 } = listSteps(sent.filter((path) => path.includes("flow-steps")).length);
    return new Response(text, { status });
  });
  const change = (fields: JsonObject) => {
    held = { ...held, ...fields };
  };
  return { id, sent, change };
}

const rows = (...data: JsonObject[]): Answer => ({ text: JSON.stringify({ data }) });
const askRow: JsonObject = { id: "a", type: "prompt", name: "Ask", when: "asked", flowId: "flow" };
const FLOW = "/v1/flows/:id";
const LIST = "/v1/flow-steps/flow/:id";

test("a flow with a version token is read with one request", async () => {
  const { id, sent } = serveFlow(() => rows(askRow), { versionToken: "1-x" });
  await readFlow(id, { isStrict: true });
  expect(sent).toEqual([FLOW]);
});

test("the list of steps is read once per version, after the flow", async () => {
  const { id, sent, change } = serveFlow(() => rows(askRow));
  const { flow } = await readFlow(id);
  expect(flow.flowSteps).toEqual([{ id: "a", type: "prompt", name: "Ask", when: "asked" }]);
  expect((await readFlow(id)).flow.flowSteps).toBe(flow.flowSteps);
  expect(sent).toEqual([FLOW, LIST, FLOW]);
  change({ updatedAt: "2026-01-01T00:00:01.000Z" });
  await readFlow(id);
  expect(sent.slice(3)).toEqual([FLOW, LIST]);
});

test("a number in the list of steps that JavaScript would round makes the flow inexact", async () => {
  const { id } = serveFlow(() => ({
    text: '{"data":[{"id":"a","type":"prompt","config":{"n":12345678901234567890}}]}',
  }));
  expect((await readFlow(id)).isInexact).toBe(true);
});

test("a list of steps that does not match the flow is read again with the flow, and ignored if it still differs", async () => {
  const racing = serveFlow((request) => (request === 1 ? rows() : rows(askRow)));
  expect((await readFlow(racing.id)).flow.flowSteps[0]).toMatchObject({ when: "asked" });
  expect(racing.sent).toEqual([FLOW, LIST, FLOW, LIST]);
  const other = serveFlow(() => rows());
  expect((await readFlow(other.id)).flow.flowSteps).toEqual([{ id: "a", type: "prompt", name: "Ask" }]);
  expect(getStepFieldsReport(other.id).problem).toBe("The API returned an unexpected list of steps.");
  expect(other.sent).toHaveLength(4);
});

test.for<[string, Answer]>([
  ["an outage", { status: 503, text: "<html>" }],
  ["HTML", { text: "<!doctype html>" }],
  ["half of the JSON", { text: '{"data":[{"id":"a","ty' }],
  ["rows of another form", { text: '{"data":[{"step":"a"}]}' }],
])("%s in place of the list is reported, and the list is read again only when forced", async ([, answer]) => {
  let isRecovered = false;
  const { id, sent } = serveFlow(() => (isRecovered ? rows(askRow) : answer));
  expect((await readFlow(id)).flow.flowSteps).toEqual([{ id: "a", type: "prompt", name: "Ask" }]);
  expect(getStepFieldsReport(id).problem).toBeDefined();
  await readFlow(id);
  expect(sent).toEqual([FLOW, LIST, FLOW]);
  // Expects that no copy is made, because it could lack fields.
  await expect(readFlowCopy(id)).rejects.toThrow("Run conditions could be missing.");
  isRecovered = true;
  expect((await readFlow(id, { isForced: true })).flow.flowSteps[0]).toMatchObject({ when: "asked" });
  expect(getStepFieldsReport(id).problem).toBeUndefined();
  expect((await readFlowCopy(id)).flowSteps?.[0]).toMatchObject({ when: "asked" });
});

test("a read fails instead of omitting fields that an earlier read has returned", async () => {
  const { id, change } = serveFlow((request) => (request === 1 ? rows(askRow) : { status: 403, text: "{}" }));
  await readFlow(id);
  change({ updatedAt: "2026-01-01T00:00:01.000Z" });
  await expect(readFlow(id)).rejects.toMatchObject({ status: 502 });
});

test("a missing list is remembered for all flows, until a forced request finds it", async () => {
  const first = serveFlow(() => ({ status: 404, text: '{"error":"Not found"}' }));
  await readFlow(first.id, { isForced: true });
  const second = serveFlow(() => rows(askRow));
  await readFlow(second.id);
  expect(second.sent).toEqual([FLOW]);
  expect(isSaveWithoutStepFieldsAllowed(second.id)).toBe(false);
  allowSavesWithoutStepFields(second.id);
  expect(isSaveWithoutStepFieldsAllowed(second.id)).toBe(true);
  await readFlow(second.id, { isForced: true });
  const third = serveFlow(() => rows(askRow));
  await readFlow(third.id);
  expect(third.sent).toEqual([FLOW, LIST]);
});

test("a difference that was dismissed is not reported again", async () => {
  const { id, change } = serveFlow(() => rows({ ...askRow, name: "Other" }));
  await readFlow(id);
  expect(getStepFieldsReport(id).differences.map(({ path }) => path)).toEqual([["name"]]);
  dismissStepFieldsReport(id);
  change({ updatedAt: "2026-01-01T00:00:01.000Z" });
  await readFlow(id);
  expect(getStepFieldsReport(id).differences).toEqual([]);
});
