import { type InvalidRequest, createInvalidTextRequest, INVALID_REQUEST_VALUES } from "./bad-requests.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import type { TestRequestOptions } from "./test-app.ts";

export function* generateInvalidRecordRequests(intent: {
  count: number;
  seed: number;
  recordId: string;
}): Generator<InvalidRequest> {
  const dice = new SeededRandom(intent.seed);
  const kinds = [badRecordText, badRecord, badRecordQuery, badFilter, badFilter, badFile, badRecordPlace];
  for (let made = 0; made < intent.count; made += 1) yield dice.pick(kinds)(dice, intent.recordId);
}

function badRecordText(dice: SeededRandom, recordId: string): InvalidRequest {
  return writeRecord(dice, recordId, createInvalidTextRequest(dice, "").options);
}

function badRecord(dice: SeededRandom, recordId: string): InvalidRequest {
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

function writeRecord(dice: SeededRandom, recordId: string, options: TestRequestOptions): InvalidRequest {
  return dice.pick([
    { method: "POST", path: "/v1/records", options },
    { method: "PUT", path: `/v1/records/${recordId}`, options },
    { method: "POST", path: "/v1/records/bulk-delete", options },
    { method: "POST", path: "/v1/records/bulk-edit", options: withoutSelection(options) },
    { method: "POST", path: "/v1/records/preview-filter", options: withoutType(options) },
    { method: "DELETE", path: `/v1/records/${recordId}/results`, options },
  ]);
}

/**
 * Adds an empty type, which is invalid, to a request with a filter: the preview accepts any filter, but these tests
 * expect every request to be refused.
 */
function withoutType(options: TestRequestOptions): TestRequestOptions {
  return options.text === undefined ? { body: { type: "", where: options.body } } : options;
}

/** Wraps a record in an edit that selects no records, which is invalid even if the record is valid. */
function withoutSelection(options: TestRequestOptions): TestRequestOptions {
  return options.text === undefined ? { body: { recordIds: [], updates: options.body } } : options;
}

function badRecordQuery(dice: SeededRandom): InvalidRequest {
  const value = encodeURIComponent(
    dice.pick(["x", "", "1e3", "\0", "[]", "🎉", "NULL", "1.5", "{", "null", '"a"']),
  );
  const cursor = Buffer.from(
    JSON.stringify({
      value: dice.pick([...INVALID_REQUEST_VALUES, "2026-02-30T00:00:00.000Z"]),
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

function badFilter(dice: SeededRandom): InvalidRequest {
  const where = wrongFilter(dice, 3);
  const text = encodeURIComponent(JSON.stringify(where));
  return dice.pick<InvalidRequest>([
    { method: "GET", path: `/v1/records?recordFilter=${text}`, options: {} },
    { method: "GET", path: `/v1/records/export?recordFilter=${text}`, options: {} },
    { method: "POST", path: "/v1/records/preview-filter", options: { body: { type: "t", where } } },
  ]);
}

function wrongFilter(dice: SeededRandom, depth: number): unknown {
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

function badFile(dice: SeededRandom): InvalidRequest {
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
  const options = dice.pick<TestRequestOptions>([
    { form },
    { form },
    { text: "name\nx", headers },
    { text: "--x\r\n", headers },
  ]);
  return { method: "POST", path: "/v1/records/upload-csv", options };
}

function badRecordPlace(dice: SeededRandom): InvalidRequest {
  const id = dice.pick(["record_x", "%00", "..%2f..", "%ff", "'--", "x".repeat(1 + dice.roll(2000)), "null"]);
  const method = dice.pick(["GET", "GET", "PATCH", "DELETE"]);
  return {
    method,
    path: `/v1/records/${id}${method === "GET" ? dice.pick(["", "/results"]) : ""}`,
    options: {},
  };
}
