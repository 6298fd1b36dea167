import { expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { chooseMetadataColumns } from "./metadata-columns.ts";

const record = (metadata: JsonObject) => ({
  id: "record_1",
  type: "customer",
  name: "Ada",
  metadata,
  messages: null,
  productSurfaceId: null,
  userId: "user_1",
  organizationId: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
});

it("the metadata columns of the records list are the most frequent fields whose values fit a cell: three, and six on a wide page", () => {
  const records = [
    record({ plan: "pro", seats: 2, note: "x".repeat(500), tags: ["a"] }),
    record({ plan: "free", seats: 3, active: true, country: "NL" }),
    record({ plan: "free", active: false }),
  ];
  const fieldsOf = (isWide: boolean) => chooseMetadataColumns(records, isWide).map(({ field }) => field);
  expect(fieldsOf(false)).toEqual(["plan", "seats", "active"]);
  expect(fieldsOf(true)).toEqual(["plan", "seats", "active", "country"]);
});

it("the metadata columns of the records list are numeric only if all values that fit a cell are numbers", () => {
  const columns = chooseMetadataColumns(
    [record({ amount: 1, code: 7, name: "" }), record({ amount: 2.5, code: "A7" })],
    false,
  );
  expect(columns).toEqual([
    { field: "amount", isNumeric: true },
    { field: "code", isNumeric: false },
  ]);
});
