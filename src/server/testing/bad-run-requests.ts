import { type InvalidRequest, createInvalidTextRequest, INVALID_REQUEST_VALUES } from "./bad-requests.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { createSetVariableStep } from "./run-data.ts";
import type { TestRequestOptions } from "./test-app.ts";

export function* generateInvalidRunRequests(intent: {
  count: number;
  seed: number;
  flowId: string;
}): Generator<InvalidRequest> {
  const dice = new SeededRandom(intent.seed);
  const kinds = [badRunText, badStart, badBatch, badDispatch, badDispatch, badRunQuery, badRunPlace];
  for (let made = 0; made < intent.count; made += 1) yield dice.pick(kinds)(dice, intent.flowId);
}

function badRunText(dice: SeededRandom, flowId: string): InvalidRequest {
  return post(
    dice.pick([`/v1/flows/${flowId}/run-on-record-type`, "/v1/batch/flow", "/v1/dispatch"]),
    createInvalidTextRequest(dice, "").options,
  );
}

function badStart(dice: SeededRandom, flowId: string): InvalidRequest {
  const recordType = dice.pick([
    ...INVALID_REQUEST_VALUES,
    "no such type",
    "\u{FFFF}",
    "💥",
    "%",
    "a".repeat(256),
    undefined,
  ]);
  return post(`/v1/flows/${flowId}/run-on-record-type`, { body: { recordType } });
}

function badBatch(dice: SeededRandom, flowId: string): InvalidRequest {
  const ids = ["record_none", "", "a b", "💥", "x".repeat(5000)];
  const body = { flowId, recordIds: [dice.pick(ids), dice.pick(ids)] };
  return post("/v1/batch/flow", {
    body: dice.pick<object>([
      body,
      { ...body, flowId: dice.pick([...INVALID_REQUEST_VALUES, "flow_none", "a b", undefined]) },
      { ...body, recordIds: dice.pick([...INVALID_REQUEST_VALUES, [1], [[]], undefined]) },
      { ...body, options: { maxRetries: dice.pick([-1, 6, 1.5, "1", {}]) } },
      { ...body, options: { recordConcurrency: dice.pick([0, 21, 1.5, "1", []]) } },
      { ...body, options: dice.pick([0, "", [], true, null]) },
      { ...body, agentId: dice.pick(["agent_x", "", 1, null, {}]) },
      {
        flowId,
        records: dice.pick([0, "", [], {}, [1], [null], [[]], [{ id: "" }], [{ id: 5 }], [{ id: "a b" }]]),
      },
      { flowId, records: [{ name: dice.pick([1, "", null, "x".repeat(501)]) }] },
      { flowId, records: [{ metadata: dice.pick([1, "", null, [], true]) }] },
      { flowId, records: [{ messages: dice.pick([1, "", {}, true]) }] },
      { flowDefinition: dice.pick([0, "", [], {}, true, null, { name: "x" }, { steps: [] }]), records: [{}] },
      {
        flowDefinition: { name: "x", steps: dice.pick([0, "", [], {}, [1], [null], [{}], [[]], true]) },
        records: [{}],
      },
      { flowDefinition: { name: "x", steps: [createSetVariableStep("a", 1)] }, flowId, records: [{}] },
    ]),
  });
}

function badDispatch(dice: SeededRandom, flowId: string): InvalidRequest {
  const steps = [createSetVariableStep("a", 1)];
  const flow = { name: "x", steps };
  const odd = dice.pick([0, 1, "", "text", true, null]);
  return post("/v1/dispatch", {
    body: dice.pick<object>([
      {},
      { flow: odd },
      { flow: { id: dice.pick(["", "flow_none", "a b", "💥", 1, null, {}]) } },
      {
        flow: {
          ...flow,
          name: dice.pick([...INVALID_REQUEST_VALUES.filter((name) => name !== "x"), undefined]),
        },
      },
      { flow: { ...flow, steps: dice.pick([0, "", [], {}, [1], [null], [{}], [[]], true]) } },
      { flow: { ...flow, steps: [{ ...steps[0], id: dice.pick(["a b", "", 1, {}, "x".repeat(129)]) }] } },
      { flow, record: dice.pick([0, "", [], true, { id: "" }, { id: "record_none" }, { metadata: [] }]) },
      { flow, inputs: dice.pick([0, "", [], true, null]) },
      { flow, messages: dice.pick([0, "", {}, true, null]) },
      { flow, secrets: dice.pick([0, "", [], true, { a: 1 }, { a: null }]) },
      { flow, options: dice.pick([0, "", [], true, null]) },
      { flow, options: { streamResponse: dice.pick([0, "true", {}, null]) } },
      { flow, options: { flowMode: dice.pick(["existing", "odd", 1, null]) } },
      { flow: { ...flow, id: flowId }, options: { flowMode: "create" } },
      { flow: { ...flow, id: dice.pick(["flow_none", "a b", "\0"]) }, options: { flowMode: "upsert" } },
      { flow: { id: flowId }, options: { flowMode: dice.pick(["create", "upsert"]) } },
      { flow, record: dice.pick([undefined, {}, { name: "x" }]), options: { recordMode: "create" } },
      { flow, options: { recordMode: dice.pick(["create", "odd", 1, null]) } },
      { flow: { id: flowId }, options: { flowVersionId: dice.pick(["flowver_none", "\0", "", 1]) } },
      { flow, options: { flowVersionId: "flowver_none" } },
      { flow, options: { upsertOptions: dice.pick([0, "", [], { createVersionOnChange: 1 }]) } },
      { flow, options: { versionType: dice.pick(["live", 1, null]), versionLabel: "x" } },
      {
        flow,
        messages: [dice.pick([0, {}, { role: "tool", content: "" }, { role: "user", content: [{}] }])],
      },
      { flow, options: { upToStep: dice.pick(["none", "", "__proto__", 1, null]) } },
      { flow: { id: flowId }, options: { upToStep: dice.pick(["none", "constructor", {}]) } },
    ]),
  });
}

function badRunQuery(dice: SeededRandom, flowId: string): InvalidRequest {
  const value = encodeURIComponent(dice.pick(["x", "1e3", "\0", "[]", "🎉", "NULL", "1.5", "ten", "%"]));
  const places = [Number.MAX_VALUE, -1, 1.5, "x", null, [], {}, 9e15];
  const cursor = Buffer.from(
    JSON.stringify({
      at: dice.pick(places),
      position: dice.pick(places),
      id: dice.pick(["x\0", "", 1, null]),
    }),
  ).toString("base64url");
  const name = dice.pick(["limit", "offset", "status", "sortBy", "sortOrder", "from", "to"]);
  const path = dice.pick([
    `/v1/flows/${flowId}/step-results?${name}=${value}`,
    `/v1/flows/${flowId}/step-results?stepId=%00`,
    `/v1/flows/${flowId}/step-results?offset=${100_001 + dice.roll(1e9)}`,
    `/v1/flows/${flowId}/step-results?from=${encodeURIComponent("+012026-01-01T00:00:00Z")}`,
    `/local/batches?flowId=${flowId}&cursor=${cursor}`,
    `/local/batches?flowId=${flowId}&cursor=${value}`,
    `/local/batches?flowId=${flowId}&limit=x`,
    "/local/batches",
  ]);
  return { method: "GET", path, options: {} };
}

function badRunPlace(dice: SeededRandom): InvalidRequest {
  const id = dice.pick(["batch_x", "%00", "..%2f..", "%ff", "'--", "x".repeat(1 + dice.roll(2000)), "null"]);
  const [method, path] = dice.pick([
    ["GET", "/v1/batch/status/ID"],
    ["POST", "/v1/batch/cancel/ID"],
    ["GET", "/v1/batch/ID/cost"],
    ["GET", "/v1/batch/ID/records/ID/steps"],
    ["GET", "/local/batches/ID/records"],
    ["GET", "/local/step-results/ID/output"],
    ["GET", "/local/flows/ID/last-step-runs"],
    ["GET", "/v1/flows/ID/step-results"],
    ["GET", "/v1/records/ID/step-results"],
    ["GET", "/v1/dispatch"],
  ] as const);
  return { method, path: path.replaceAll("ID", id), options: {} };
}

function post(path: string, options: TestRequestOptions): InvalidRequest {
  return { method: "POST", path, options };
}
