import { expect, it } from "vitest";
import { safePath } from "./safe-path.ts";

const origin = "http://localhost:4400";

it.each([
  [undefined, "/"],
  ["/flows/flow_1?step=a#b", "/flows/flow_1?step=a#b"],
  ["flows", "/flows"],
  ["//evil.example/flows", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example/", "/"],
  ["javascript:alert(1)", "/"],
  ["http://localhost:4400/flows", "/flows"],
  ["/sign-in?next=/sign-in", "/"],
  ["http://[", "/"],
])("leads from next=%s to %s", (next, path) => {
  expect(safePath(next, origin)).toBe(path);
});
