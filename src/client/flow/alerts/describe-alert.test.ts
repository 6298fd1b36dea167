import { expect, it } from "vitest";
import { describeAlertRule, splitMinutes } from "./describe-alert.ts";

const rule = { flowId: null, flowName: null, conditions: [], notRunMinutes: null };

it("the sentence of an alert names its flow and all its conditions", () => {
  expect(describeAlertRule({ ...rule, conditions: ["fails"] })).toBe("When any flow fails");
  expect(
    describeAlertRule({
      flowId: "flow_1",
      flowName: "Digest",
      conditions: ["recovers", "failsAgain"],
      notRunMinutes: 1440,
    }),
  ).toBe("When “Digest” fails again, recovers or has not run for 24 hours");
  expect(describeAlertRule({ ...rule, conditions: ["fails", "failsAgain", "recovers"] })).toBe(
    "When any flow fails or recovers",
  );
});

it("a time without runs is shown in the largest unit that divides it", () => {
  expect(splitMinutes(45)).toEqual({ amount: 45, unit: "minutes" });
  expect(splitMinutes(90)).toEqual({ amount: 90, unit: "minutes" });
  expect(splitMinutes(1440)).toEqual({ amount: 24, unit: "hours" });
  expect(splitMinutes(4320)).toEqual({ amount: 3, unit: "days" });
});
