import { expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { countFlowEffects, describeRealEffects, describeSentEffects } from "./flow-effects.ts";

const mail = (id: string, fields: JsonObject = {}) => buildStep(id, { type: "send-email", ...fields });
const call = (id: string, method: string) =>
  buildStep(id, { type: "api-call", config: { http: { method, url: "https://example.com" } } });

const effectsOf = (...steps: readonly JsonObject[]) => countFlowEffects(buildDocument(...steps).steps);

it("the effects of a flow are its emails and writing requests, multiplied by the records", () => {
  const effects = effectsOf(
    mail("a"),
    mail("b"),
    call("c", "post"),
    call("d", "GET"),
    call("e", "{{method}}"),
  );
  expect(describeSentEffects(effects, 4)).toBe("8 emails and 8 requests");
  expect(describeSentEffects(effects, undefined)).toBe("2 emails and 2 requests for each record");
});

it("the effects of a step that a condition may skip are a limit", () => {
  expect(describeSentEffects(effectsOf(mail("a"), mail("b", { when: "x > 1" })), 6)).toBe("up to 12 emails");
  expect(describeSentEffects(effectsOf(buildConditional("if", [mail("a")])), 1)).toBe("up to 1 email");
});

it("the effects of two branches are those of the branch with more of them", () => {
  const both = buildConditional("if", [mail("a")], [mail("b")]);
  expect(describeSentEffects(effectsOf(both), 3)).toBe("3 emails");
  const uneven = buildConditional("if", [mail("a"), mail("b")], [mail("c")]);
  expect(describeSentEffects(effectsOf(uneven), 3)).toBe("up to 6 emails");
});

it("the effects of disabled steps are not counted", () => {
  const off = { ...buildConditional("if", [mail("a")]), enabled: false };
  expect(effectsOf(off, mail("b", { enabled: false })).size).toBe(0);
});

it("the real effects of a test run are named only if the flow has them", () => {
  const record = buildStep("c", { type: "upsert-record" });
  expect(describeRealEffects(effectsOf(mail("a"), call("b", "PUT")))).toBe(
    "Emails and requests are really sent.",
  );
  expect(describeRealEffects(effectsOf(record))).toBe("Records are really written.");
  expect(describeRealEffects(effectsOf(mail("a"), record))).toBe(
    "Emails are really sent. Records are really written.",
  );
});
