import { type BadRequest, badText, wrong } from "./bad-requests.ts";
import { type Dice, createDice } from "./dice.ts";
import type { CallOptions } from "./test-app.ts";

/** Requests about records that must all be refused. */
export function* badRecordRequests(wish: {
  count: number;
  seed: number;
  recordId: string;
}): Generator<BadRequest> {
  const dice = createDice(wish.seed);
  const kinds = [badRecordText, badRecord, badRecordQuery, badFilter, badFilter, badFile, badRecordPlace];
  for (let made = 0; made < wish.count; made += 1) yield dice.pick(kinds)(dice, wish.recordId);
}

function badRecordText(dice: Dice, recordId: string): BadRequest {
  return writeRecord(dice, recordId, badText(dice, "").options);
}

function badRecord(dice: Dice, recordId: string): BadRequest {
  const record = { type: "t", name: "x", metadata: {} };
  const noText = dice.pick([null, 0, "", [], {}, true, "x".repeat(600)]);
  const body = dice.pick<object>([
    { ...record, name: noText },
    { ...record, type: noText },
    { ...record, metadata: dice.pick([null, 0, "", [], "text", true]) },
    { ...record, messages: dice.pick([0, "", {}, "text", true]) },
  ]);
  return writeRecord(dice, recordId, { body });
}

function writeRecord(dice: Dice, recordId: string, options: CallOptions): BadRequest {
  return dice.pick([
    { method: "POST", path: "/v1/records", options },
    { method: "PUT", path: `/v1/records/${recordId}`, options },
    { method: "POST", path: "/v1/records/bulk-delete", options },
    { method: "POST", path: "/v1/records/preview-filter", options: withoutType(options) },
    { method: "DELETE", path: `/v1/records/${recordId}/results`, options },
  ]);
}

/** A preview takes any filter of a type, or none, so its type has to be wrong. */
function withoutType(options: CallOptions): CallOptions {
  return options.text === undefined ? { body: { type: "", where: options.body } } : options;
}

function badRecordQuery(dice: Dice): BadRequest {
  const value = encodeURIComponent(
    dice.pick(["x", "", "1e3", "\0", "[]", "🎉", "NULL", "1.5", "{", "null", '"a"']),
  );
  const cursor = Buffer.from(
    JSON.stringify({
      value: dice.pick([...wrong, "2026-02-30T00:00:00.000Z"]),
      id: dice.pick(["x", "record_\0"]),
      offset: 0,
    }),
  ).toString("base64url");
  return {
    method: "GET",
    path: `/v1/records${dice.pick([
      `?limit=${value}x`,
      `?direction=${value}`,
      `?includeCount=${value}`,
      `?cursor=${cursor}`,
      `?recordFilter=${value}`,
      `/export?recordFilter=${value}`,
      `/schema?sample=${value}`,
      `/field-values?type=t&field=${encodeURIComponent(dice.pick(["", "a b", "'", "\0", "-x", ".", "x".repeat(65)]))}`,
      "/field-values?type=&field=a",
    ])}`,
    options: {},
  };
}

function badFilter(dice: Dice): BadRequest {
  const where = wrongFilter(dice, 3);
  const text = encodeURIComponent(JSON.stringify(where));
  return dice.pick<BadRequest>([
    { method: "GET", path: `/v1/records?recordFilter=${text}`, options: {} },
    { method: "GET", path: `/v1/records/export?recordFilter=${text}`, options: {} },
    { method: "POST", path: "/v1/records/preview-filter", options: { body: { type: "t", where } } },
  ]);
}

function wrongFilter(dice: Dice, depth: number): unknown {
  const fine = { field: "a.b", op: "eq", value: 1 };
  return dice.pick<() => unknown>([
    () => ({ ...fine, field: dice.pick([null, 0, "", [], "a b", "a'--", "\0", "x".repeat(65), ".a", "ä"]) }),
    () => ({ ...fine, op: dice.pick([null, 0, "", "like", "__proto__", "constructor", "AND"]) }),
    () => ({
      ...fine,
      op: dice.pick(["gt", "contains", "between", "in", "withinLastDays"]),
      value: dice.pick([null, {}, undefined]),
    }),
    () => ({ ...fine, value: dice.pick([[], {}, undefined, "\0", "\ud800"]) }),
    () => ({
      op: "and",
      conditions: dice.pick([null, 0, {}, [], "x", [null], [[]], Array.from({ length: 51 }, () => fine)]),
    }),
    () => ({
      op: dice.pick(["and", "or"]),
      conditions: [fine, depth > 0 ? wrongFilter(dice, depth - 1) : 0],
    }),
  ])();
}

function badFile(dice: Dice): BadRequest {
  const form = new FormData();
  const bytes = new Uint8Array(Array.from({ length: 1 + dice.roll(300) }, () => dice.roll(256)));
  const name = dice.pick(["file", "file", "File", "data"]);
  const file = dice.pick<Blob | string>([
    new Blob([bytes, new Uint8Array([0xff, 0])]),
    new Blob([dice.pick(["", "name", "name\n", "\n\n", ",,,\n1,2,3", '"', '"name', "a,a\n1,2", "\0"])]),
    "name\nx",
  ]);
  form.set(name, file);
  form.set("typeValue", "t");
  const headers = {
    "content-type": dice.pick(["multipart/form-data", "multipart/form-data; boundary=", "text/csv", "x"]),
  };
  const options = dice.pick<CallOptions>([
    { form },
    { form },
    { text: "name\nx", headers },
    { text: "--x\r\n", headers },
  ]);
  return { method: "POST", path: "/v1/records/upload-csv", options };
}

function badRecordPlace(dice: Dice): BadRequest {
  const id = dice.pick(["record_x", "%00", "..%2f..", "%ff", "'--", "x".repeat(1 + dice.roll(2000)), "null"]);
  const method = dice.pick(["GET", "GET", "PATCH", "DELETE"]);
  return {
    method,
    path: `/v1/records/${id}${method === "GET" ? dice.pick(["", "/results"]) : ""}`,
    options: {},
  };
}
