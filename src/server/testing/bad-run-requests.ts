import { type BadRequest, badText, wrong } from "./bad-requests.ts";
import { type Dice, createDice } from "./dice.ts";
import { setStep } from "./run-data.ts";
import type { CallOptions } from "./test-app.ts";

/** Requests to run flows, or about runs, that must all be refused. */
export function* badRunRequests(wish: {
  count: number;
  seed: number;
  flowId: string;
}): Generator<BadRequest> {
  const dice = createDice(wish.seed);
  const kinds = [badRunText, badStart, badBatch, badDispatch, badDispatch, badRunQuery, badRunPlace];
  for (let made = 0; made < wish.count; made += 1) yield dice.pick(kinds)(dice, wish.flowId);
}

function badRunText(dice: Dice, flowId: string): BadRequest {
  return post(
    dice.pick([`/v1/flows/${flowId}/run-on-record-type`, "/v1/batch/flow", "/v1/dispatch"]),
    badText(dice, "").options,
  );
}

function badStart(dice: Dice, flowId: string): BadRequest {
  const recordType = dice.pick([...wrong, "no such type", "\u{FFFF}", "💥", "%", "a".repeat(256), undefined]);
  return post(`/v1/flows/${flowId}/run-on-record-type`, { body: { recordType } });
}

function badBatch(dice: Dice, flowId: string): BadRequest {
  const ids = ["record_none", "", "a b", "💥", "x".repeat(5000)];
  const body = { flowId, recordIds: [dice.pick(ids), dice.pick(ids)] };
  return post("/v1/batch/flow", {
    body: dice.pick<object>([
      body,
      { ...body, flowId: dice.pick([...wrong, "flow_none", "a b", undefined]) },
      { ...body, recordIds: dice.pick([...wrong, [1], [[]], undefined]) },
      { ...body, options: { maxRetries: dice.pick([-1, 6, 1.5, "1", {}]) } },
      { ...body, options: { recordConcurrency: dice.pick([0, 21, 1.5, "1", []]) } },
      { ...body, options: dice.pick([0, "", [], true, null]) },
    ]),
  });
}

function badDispatch(dice: Dice, flowId: string): BadRequest {
  const steps = [setStep("a", 1)];
  const flow = { name: "x", steps };
  const odd = dice.pick([0, 1, "", "text", true, null]);
  return post("/v1/dispatch", {
    body: dice.pick<object>([
      {},
      { flow: odd },
      { flow: { id: dice.pick(["", "flow_none", "a b", "💥", 1, null, {}]) } },
      { flow: { ...flow, name: dice.pick([...wrong.filter((name) => name !== "x"), undefined]) } },
      { flow: { ...flow, steps: dice.pick([0, "", [], {}, [1], [null], [{}], [[]], true]) } },
      { flow: { ...flow, steps: [{ ...steps[0], id: dice.pick(["a b", "", 1, {}, "x".repeat(129)]) }] } },
      { flow, record: dice.pick([0, "", [], true, { id: "" }, { id: "record_none" }, { metadata: [] }]) },
      { flow, inputs: dice.pick([0, "", [], true, null]) },
      { flow, messages: dice.pick([0, "", {}, true, null]) },
      { flow, secrets: dice.pick([0, "", [], true, { a: 1 }, { a: null }]) },
      { flow, options: dice.pick([0, "", [], true, null]) },
      { flow, options: { streamResponse: dice.pick([0, "true", {}, null]) } },
      { flow, options: { flowMode: dice.pick(["create", "upsert", "existing", "odd", 1, null]) } },
      { flow, options: { recordMode: dice.pick(["create", "odd", 1, null]) } },
      { flow, options: { upToStep: dice.pick(["none", "", "__proto__", 1, null]) } },
      { flow: { id: flowId }, options: { upToStep: dice.pick(["none", "constructor", {}]) } },
    ]),
  });
}

function badRunQuery(dice: Dice, flowId: string): BadRequest {
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

function badRunPlace(dice: Dice): BadRequest {
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

function post(path: string, options: CallOptions): BadRequest {
  return { method: "POST", path, options };
}
