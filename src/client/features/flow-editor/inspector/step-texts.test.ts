import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { findStepDescription } from "#contract/step-descriptions/describe-step-type.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { configStepField } from "./config-step-field.ts";
import { configField, nameField } from "./own-step-fields.ts";
import { createStepTexts } from "./step-texts.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const description = findStepDescription("prompt")!.fields.find(({ label }) => label === "Temperature")!;
const temperature = configStepField(description);

function openStep() {
  const body = buildFlow("f", [buildStep("a", { config: { temperature: 0.5, own: 1 } })]);
  const openFlow = createOpenFlow(
    { id: "flow_1", createdAt: "2026-01-01", updatedAt: "2026-01-01", ...body } as unknown as Flow,
    { isInexact: false },
  );
  const step = () => openFlow.getState().history.document.steps[0]!;
  const form = new Map<string, string>();
  const texts = createStepTexts(openFlow, step().key, {
    get: (id) => form.get(id) ?? "",
    set: (id, text) => void form.set(id, text),
  });
  return {
    openFlow,
    texts,
    shown: (field = temperature) => texts.textOf(field, step()),
    config: () => step().fields["config"],
  };
}

it("a number stays as it was typed while it stands for what the flow holds", () => {
  const { texts, shown, config } = openStep();
  texts.change(temperature, "0.70");
  expect(config()).toEqual({ temperature: 0.7, own: 1 });
  expect(shown()).toBe("0.70");
});

it("an undo brings the flow's value back into the field", () => {
  const { openFlow, texts, shown } = openStep();
  texts.change(temperature, "0.9");
  openFlow.undo();
  expect(shown()).toBe("0.5");
});

it("a text that is no number waits beside the flow, and giving it up shows the last good value", () => {
  const { openFlow, texts, shown, config } = openStep();
  texts.change(temperature, "warm");
  expect(openFlow.getState().brokenTexts).toMatchObject([{ field: "config.temperature", text: "warm" }]);
  expect(config()).toEqual({ temperature: 0.5, own: 1 });
  expect(shown()).toBe("warm");
  texts.discard(temperature, openFlow.getState().history.document.steps[0]!);
  expect(shown()).toBe("0.5");
  expect(openFlow.getState().brokenTexts).toEqual([]);
});

it("a waiting text outlives an undo", () => {
  const { openFlow, texts, shown } = openStep();
  texts.change(nameField, "New");
  texts.change(temperature, "warm");
  openFlow.undo();
  expect(shown()).toBe("warm");
});

it("what is typed without a pause is in the flow all the same, as one edit, and half of it is no mistake yet", () => {
  const { openFlow, texts, config } = openStep();
  const states: string[] = [];
  for (const text of ['{"own": ', '{"own": 2', '{"own": 2}', '{"own": 2} ']) {
    texts.change(configField, text);
    vi.advanceTimersByTime(100);
    states.push(openFlow.getState().brokenTexts[0]?.text ?? JSON.stringify(config()));
    expect(texts.typing.getState().field).toBe("config");
  }
  expect(states).toEqual(['{"own": ', '{"own": 2', '{"own":2}', '{"own":2}']);
  expect(openFlow.getState().history.entries).toHaveLength(1);
  texts.change(configField, "{");
  vi.advanceTimersByTime(300);
  expect(texts.typing.getState().field).toBeUndefined();
  // It is known to be wrong by now, and stays so while it is being mended.
  texts.change(configField, '{"');
  expect(texts.typing.getState().field).toBeUndefined();
});

it("a long text becomes one edit after a moment, or at once when the field is left", () => {
  const { openFlow, texts, config } = openStep();
  texts.change(configField, '{"own": 2');
  texts.change(configField, '{"own": 2}');
  expect(config()).toEqual({ temperature: 0.5, own: 1 });
  vi.advanceTimersByTime(100);
  expect(config()).toEqual({ own: 2 });
  texts.change(configField, '{"own": 3}');
  texts.leave();
  expect(config()).toEqual({ own: 3 });
  expect(openFlow.getState().history.entries).toHaveLength(1);
});

it("texts typed after a rest of two seconds are an undo step of their own", () => {
  const { openFlow, texts } = openStep();
  texts.change(nameField, "A1");
  vi.advanceTimersByTime(2000);
  texts.change(nameField, "A12");
  expect(openFlow.getState().history.entries).toHaveLength(2);
});
