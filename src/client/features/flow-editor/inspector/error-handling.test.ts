import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "#core/json.ts";
import {
  coverEmptyOutput,
  coversEmptyOutput,
  readFallbacks,
  readPolicy,
  writePolicy,
} from "./error-handling.ts";

describe("the handling of errors", () => {
  it.each<[JsonValue | undefined, string]>([
    [undefined, ""],
    ["continue", "continue"],
    ["retry", "retry"],
    [{ onError: "fail" }, "fail"],
    [{ onError: 1 }, ""],
    [{}, ""],
    [null, ""],
  ])("of %j is read as %j", (value, policy) => expect(readPolicy(value)).toBe(policy));

  it("keeps the form it has", () => {
    expect(writePolicy("continue", "fail")).toBe("fail");
    expect(writePolicy({ onError: "continue" }, "fail")).toEqual({ onError: "fail" });
    expect(writePolicy(undefined, "continue")).toEqual({ onError: "continue" });
  });

  it("keeps keys that the form does not know, and the fallbacks for when they are wanted again", () => {
    const value = { note: "mine", onError: "fallback", fallbacks: [{ type: "flow", flowId: "x" }] };
    expect(JSON.stringify(writePolicy(value, "fail"))).toBe(
      '{"note":"mine","onError":"fail","fallbacks":[{"type":"flow","flowId":"x"}]}',
    );
    expect(writePolicy(writePolicy(value, "fail"), "fallback")).toEqual(value);
  });

  it("starts with a retry where something else is to be tried, even from one word", () => {
    const expected = { onError: "fallback", fallbacks: [{ type: "retry", delay: 1000 }] };
    expect(writePolicy("continue", "fallback")).toEqual(expected);
    expect(writePolicy(undefined, "fallback")).toEqual(expected);
    expect(writePolicy({ onError: "fallback", fallbacks: [] }, "fallback")).toEqual({
      onError: "fallback",
      fallbacks: [],
    });
  });

  it("goes when it is left to the platform", () => {
    expect(writePolicy({ onError: "fail", note: 1 }, "")).toBeUndefined();
  });
});

describe("fallbacks", () => {
  it("are the objects of the list, whatever else is in it", () => {
    expect(readFallbacks({ fallbacks: [{ type: "retry" }, "odd"] })).toEqual([{ type: "retry" }, {}]);
    expect(readFallbacks({ fallbacks: "odd" })).toEqual([]);
    expect(readFallbacks("continue")).toEqual([]);
  });

  it("come in for an empty output too when asked to, and the triggers of others stay", () => {
    const covered = coverEmptyOutput({ onError: "fallback" }, true);
    expect(covered).toEqual({ onError: "fallback", triggers: [{ type: "error" }, { type: "empty-output" }] });
    expect(coversEmptyOutput(covered)).toBe(true);
    expect(coverEmptyOutput(covered, false)).toEqual({ onError: "fallback" });
    const others: JsonObject = { triggers: [{ type: "timeout" }, { type: "empty-output", after: 3 }] };
    expect(coverEmptyOutput(others, false)).toEqual({ triggers: [{ type: "timeout" }] });
  });
});
