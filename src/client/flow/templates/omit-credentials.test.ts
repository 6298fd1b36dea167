import { expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { omitCredentials } from "./omit-credentials.ts";

const call = (http: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: "call",
  type: "api-call",
  name: "Call",
  config: { http, ...more },
});

it("the credentials of a template are replaced by secrets, also in nested and unknown steps, and the scheme is kept", () => {
  const unknown = {
    type: "from-the-future",
    name: "F",
    config: { deep: [{ headers: { "X-Api-Key": "k1" } }] },
  };
  const branch = {
    type: "conditional",
    name: "If",
    config: { condition: "a", trueSteps: [call({ headers: { Cookie: "session=1" } })], falseSteps: [] },
  };
  const { steps, replaced } = omitCredentials([
    call({ headers: { Authorization: "Bearer sk-live-1" } }, { auth: { type: "basic", password: "p4ss" } }),
    unknown,
    branch,
  ]);
  expect(replaced).toEqual(["Authorization", "password", "X-Api-Key", "Cookie"]);
  const text = JSON.stringify(steps);
  expect(text).not.toMatch(/sk-live|p4ss|k1|session=/);
  expect(text).toContain('"Authorization":"Bearer {{secret:AUTHORIZATION}}"');
  expect(text).toContain('"X-Api-Key":"{{secret:X_API_KEY}}"');
  expect(text).toContain('"type":"basic"');
});

it("the credentials of a template stay if they are references, and steps without credentials stay the same objects", () => {
  const steps = [
    call({ headers: { Authorization: "Bearer {{secret:KEY}}", Accept: "text/html" }, body: "token=1" }),
    { type: "prompt", name: "P", config: { maxTokens: 5, password: "shown in a form" } },
  ];
  const result = omitCredentials(steps);
  expect(result.replaced).toEqual([]);
  expect(result.steps.every((step, index) => step === steps[index])).toBe(true);
});
