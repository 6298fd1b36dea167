import { expect, it } from "vitest";
import { restrictPathToSameOrigin } from "./sign-in-page.tsx";

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
])("after sign-in, the URL parameter next=%s leads to %s", (next, path) => {
  expect(restrictPathToSameOrigin(next, origin)).toBe(path);
});
