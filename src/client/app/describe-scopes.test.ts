import { expect, it } from "vitest";
import { describeScopes } from "./describe-scopes.ts";

it.each([
  [["*"], "Full access"],
  [["FLOWS:READ", "RECORDS:READ"], "Can view flows and records"],
  [["FLOWS:*", "RECORDS:READ"], "Can view flows and records, edit flows, run flows"],
  [["DISPATCH:EXECUTE", "FLOWS:EXECUTE"], "Can run flows and tests"],
  [["AGENTS:READ"], "No permissions"],
])("describes the scopes %j in words", (scopes, text) => {
  expect(describeScopes(scopes)).toBe(text);
});
