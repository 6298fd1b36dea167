import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import {
  setEmptyOutputTrigger,
  hasEmptyOutputTrigger,
  readErrorHandlingFallbacks,
  readErrorHandlingPolicy,
  replaceErrorHandlingPolicy,
} from "./error-handling-field.tsx";

describe("the handling of errors", () => {
  it.each<[JsonValue | undefined, string]>([
    [undefined, ""],
    ["continue", "continue"],
    ["retry", "retry"],
    [{ onError: "fail" }, "fail"],
    [{ onError: 1 }, ""],
    [{}, ""],
    [null, ""],
  ])("in the config value %j is read as the policy %j", (value, policy) =>
    expect(readErrorHandlingPolicy(value)).toBe(policy),
  );

  it("stays a string or an object when the policy changes", () => {
    expect(replaceErrorHandlingPolicy("continue", "fail")).toBe("fail");
    expect(replaceErrorHandlingPolicy({ onError: "continue" }, "fail")).toEqual({ onError: "fail" });
    expect(replaceErrorHandlingPolicy(undefined, "continue")).toEqual({ onError: "continue" });
  });

  it("keeps unknown keys, and the fallbacks while another policy is selected", () => {
    const value = { note: "mine", onError: "fallback", fallbacks: [{ type: "flow", flowId: "x" }] };
    expect(JSON.stringify(replaceErrorHandlingPolicy(value, "fail"))).toBe(
      '{"note":"mine","onError":"fail","fallbacks":[{"type":"flow","flowId":"x"}]}',
    );
    expect(replaceErrorHandlingPolicy(replaceErrorHandlingPolicy(value, "fail"), "fallback")).toEqual(value);
  });

  it("starts the fallbacks with a retry when the policy changes to fallback", () => {
    const expected = { onError: "fallback", fallbacks: [{ type: "retry", delay: 1000 }] };
    expect(replaceErrorHandlingPolicy("continue", "fallback")).toEqual(expected);
    expect(replaceErrorHandlingPolicy(undefined, "fallback")).toEqual(expected);
    expect(replaceErrorHandlingPolicy({ onError: "fallback", fallbacks: [] }, "fallback")).toEqual({
      onError: "fallback",
      fallbacks: [],
    });
  });

  it("is removed when the policy is the platform's default", () => {
    expect(replaceErrorHandlingPolicy({ onError: "fail", note: 1 }, "")).toBeUndefined();
  });
});

describe("fallbacks", () => {
  it("are read as objects, and as an empty list if invalid", () => {
    expect(readErrorHandlingFallbacks({ fallbacks: [{ type: "retry" }, "odd"] })).toEqual([
      { type: "retry" },
      {},
    ]);
    expect(readErrorHandlingFallbacks({ fallbacks: "odd" })).toEqual([]);
    expect(readErrorHandlingFallbacks("continue")).toEqual([]);
  });

  it("keep their other triggers when the trigger for an empty output is added or removed", () => {
    const covered = setEmptyOutputTrigger({ onError: "fallback" }, true);
    expect(covered).toEqual({ onError: "fallback", triggers: [{ type: "error" }, { type: "empty-output" }] });
    expect(hasEmptyOutputTrigger(covered)).toBe(true);
    expect(setEmptyOutputTrigger(covered, false)).toEqual({ onError: "fallback" });
    const others: JsonObject = { triggers: [{ type: "timeout" }, { type: "empty-output", after: 3 }] };
    expect(setEmptyOutputTrigger(others, false)).toEqual({ triggers: [{ type: "timeout" }] });
  });
});
