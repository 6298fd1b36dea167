import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { createConfigStepField } from "./config-step-field.ts";
import { stepConfigJsonFieldDefinition, stepNameFieldDefinition } from "./step-field-definitions.ts";
import { createStepFormInputController } from "./step-texts.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const description = findStepDescription("prompt")!.fields.find(({ label }) => label === "Temperature")!;
const temperature = createConfigStepField(description);

function openStep() {
  const body = buildFlow("f", [buildStep("a", { config: { temperature: 0.5, own: 1 } })]);
  const openFlow = createOpenFlow(
    { id: "flow_1", createdAt: "2026-01-01", updatedAt: "2026-01-01", ...body } as unknown as Flow,
    { isInexact: false },
  );
  const step = () => openFlow.getState().history.document.steps[0]!;
  const form = new Map<string, string>();
  const texts = createStepFormInputController(openFlow, step().key, {
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

it("a number field keeps the text as typed while it equals the flow's value", () => {
  const { texts, shown, config } = openStep();
  texts.change(temperature, "0.70");
  expect(config()).toEqual({ temperature: 0.7, own: 1 });
  expect(shown()).toBe("0.70");
});

it("undo restores the flow's value in the field", () => {
  const { openFlow, texts, shown } = openStep();
  texts.change(temperature, "0.9");
  openFlow.undo();
  expect(shown()).toBe("0.5");
});

it("invalid input does not change the flow, and discarding it shows the flow's last valid value", () => {
  const { openFlow, texts, shown, config } = openStep();
  texts.change(temperature, "warm");
  expect(openFlow.getState().invalidInputs).toMatchObject([{ field: "config.temperature", text: "warm" }]);
  expect(config()).toEqual({ temperature: 0.5, own: 1 });
  expect(shown()).toBe("warm");
  texts.discard(temperature, openFlow.getState().history.document.steps[0]!);
  expect(shown()).toBe("0.5");
  expect(openFlow.getState().invalidInputs).toEqual([]);
});

it("invalid input is kept across an undo", () => {
  const { openFlow, texts, shown } = openStep();
  texts.change(stepNameFieldDefinition, "New");
  texts.change(temperature, "warm");
  openFlow.undo();
  expect(shown()).toBe("warm");
});

it("typing without a pause becomes one edit, and reports no error before a pause", () => {
  const { openFlow, texts, config } = openStep();
  const states: string[] = [];
  for (const text of ['{"own": ', '{"own": 2', '{"own": 2}', '{"own": 2} ']) {
    texts.change(stepConfigJsonFieldDefinition, text);
    vi.advanceTimersByTime(100);
    states.push(openFlow.getState().invalidInputs[0]?.text ?? JSON.stringify(config()));
    expect(texts.typing.getState().field).toBe("config");
  }
  expect(states).toEqual(['{"own": ', '{"own": 2', '{"own":2}', '{"own":2}']);
  expect(openFlow.getState().history.entries).toHaveLength(1);
  texts.change(stepConfigJsonFieldDefinition, "{");
  vi.advanceTimersByTime(300);
  expect(texts.typing.getState().field).toBeUndefined();
  // Expects that an error that is already shown stays visible while the user types on: `typing.field` names a field
  // whose error is hidden during typing.
  texts.change(stepConfigJsonFieldDefinition, '{"');
  expect(texts.typing.getState().field).toBeUndefined();
});

it("a long text becomes one edit after a moment, or at once when the field is left", () => {
  const { openFlow, texts, config } = openStep();
  texts.change(stepConfigJsonFieldDefinition, '{"own": 2');
  texts.change(stepConfigJsonFieldDefinition, '{"own": 2}');
  expect(config()).toEqual({ temperature: 0.5, own: 1 });
  vi.advanceTimersByTime(100);
  expect(config()).toEqual({ own: 2 });
  texts.change(stepConfigJsonFieldDefinition, '{"own": 3}');
  texts.leave();
  expect(config()).toEqual({ own: 3 });
  expect(openFlow.getState().history.entries).toHaveLength(1);
});

it("typing after a pause of two seconds is a separate undo step", () => {
  const { openFlow, texts } = openStep();
  texts.change(stepNameFieldDefinition, "A1");
  vi.advanceTimersByTime(2000);
  texts.change(stepNameFieldDefinition, "A12");
  expect(openFlow.getState().history.entries).toHaveLength(2);
});
