import { expect, test } from "vitest";
import {
  canUseFeature,
  explainMissingFeature,
  explainMissingScope,
  offersFeature,
  RUN_ON_RECORDS_SCOPES,
} from "./capability-queries.ts";

const serverWith = (...scopes: string[]) => ({
  mode: "local" as const,
  auth: "required" as const,
  signedIn: true,
  scopes,
  features: {},
});

test.each([
  ["FLOWS:WRITE", "Your key can view flows, not change them. Sign in with one that can edit."],
  ["FLOWS:EXECUTE", "Your key can’t run flows. It needs FLOWS:EXECUTE."],
  ["DISPATCH:EXECUTE", "Your key can’t run tests. It needs DISPATCH:EXECUTE."],
  ["RECORDS:READ", "Your key can’t view records. It needs RECORDS:READ."],
  ["RECORDS:WRITE", "Your key can’t edit records. It needs RECORDS:WRITE."],
] as const)("explains that the key lacks %s", (scope, text) => {
  expect(explainMissingScope(serverWith("FLOWS:READ"), scope)).toBe(text);
});

test("a held scope, its group, all scopes, and unknown scopes need no explanation", () => {
  for (const held of ["FLOWS:WRITE", "FLOWS:*", "*"])
    expect(explainMissingScope(serverWith(held), "FLOWS:WRITE")).toBeUndefined();
  expect(explainMissingScope(undefined, "FLOWS:WRITE")).toBeUndefined();
  expect(explainMissingScope({ ...serverWith(), signedIn: false }, "FLOWS:WRITE")).toBeUndefined();
});

test("a run on records explains the first scope that is missing", () => {
  expect(explainMissingScope(serverWith("RECORDS:READ"), ...RUN_ON_RECORDS_SCOPES)).toContain(
    "FLOWS:EXECUTE",
  );
  expect(explainMissingScope(serverWith("FLOWS:*"), ...RUN_ON_RECORDS_SCOPES)).toContain("RECORDS:READ");
});

test("a feature is offered and usable, refused by the API, or missing with the server's reason", () => {
  const server = {
    ...serverWith("*"),
    features: { batches: true, dispatch: true, notes: "The API doesn’t store notes." } as const,
    refused: { dispatch: "The connected API doesn’t offer this." },
  };
  const read = (known: typeof server | undefined) =>
    (["batches", "dispatch", "notes", "tags"] as const).map((feature) => [
      offersFeature(known, feature),
      canUseFeature(known, feature),
      explainMissingFeature(known, feature),
    ]);
  expect(read(server)).toEqual([
    [true, true, undefined],
    [true, false, "The connected API doesn’t offer this."],
    [false, false, "The API doesn’t store notes."],
    [false, false, undefined],
  ]);
  expect(read(undefined)).toEqual(Array.from({ length: 4 }, () => [false, false, undefined]));
});
