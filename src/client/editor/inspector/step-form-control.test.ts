import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { findStepDescription } from "#contract/step-descriptions/find-step-description.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createOpenFlow } from "#client/document/open-flow.ts";
import { createConfigStepField } from "./config-step-field.ts";
import { stepConfigJsonFieldDefinition, stepNameFieldDefinition } from "./step-field-definitions.ts";
import { type StepFieldDefinition, convertFieldIdToFormFieldName } from "./step-field.ts";
import { createStepFormControl } from "./step-form-control.ts";

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
  const form = createStepFormControl(openFlow, step().key);
  form.connect();
  const toName = ({ id }: StepFieldDefinition) => convertFieldIdToFormFieldName(id);
  const inputs = new Map(
    [temperature, stepNameFieldDefinition, stepConfigJsonFieldDefinition].map((field) => {
      const input = form.register(toName(field), { value: form.open(field, step()) });
      return [field, { input, unmount: form.mount(field) }] as const;
    }),
  );
  return {
    openFlow,
    form,
    type: (field: StepFieldDefinition, value: string) =>
      void inputs.get(field)!.input.onChange({ type: "change", target: { name: toName(field), value } }),
    commit: () => vi.advanceTimersByTime(100),
    unmount: (field: StepFieldDefinition) => inputs.get(field)!.unmount(),
    shown: (field: StepFieldDefinition = temperature) => form.getValues(toName(field)),
    error: (field: StepFieldDefinition = temperature) => form.getFieldState(toName(field)).error?.message,
    config: () => step().fields["config"],
  };
}

it("a number field keeps the text as typed while it stands for the flow's value", () => {
  const { openFlow, type, commit, shown, config } = openStep();
  type(temperature, "0.70");
  commit();
  expect(config()).toEqual({ temperature: 0.7, own: 1 });
  openFlow.edit({ type: "renameStep", key: "a" as StepKey, name: "Other" });
  expect(shown()).toBe("0.70");
});

it("a change of the flow replaces the text of a field, and an undo restores it", () => {
  const { openFlow, type, commit, shown } = openStep();
  type(temperature, "0.9");
  commit();
  openFlow.undo();
  expect(shown()).toBe("0.5");
  openFlow.edit({ type: "renameStep", key: "a" as StepKey, name: "Other" });
  expect(shown(stepNameFieldDefinition)).toBe("Other");
});

it("a change of the flow does not replace text that is not committed yet, unless it was typed back", () => {
  const { openFlow, type, commit, shown } = openStep();
  type(stepConfigJsonFieldDefinition, '{"own": 1}');
  commit();
  type(stepConfigJsonFieldDefinition, "{}");
  openFlow.edit({ type: "setConfig", key: "a" as StepKey, path: ["own"], value: 2 });
  expect(shown(stepConfigJsonFieldDefinition)).toBe("{}");
  type(stepConfigJsonFieldDefinition, '{"own": 1}');
  expect(JSON.parse(shown(stepConfigJsonFieldDefinition))).toEqual({ own: 2 });
});

it("invalid input does not change the flow, and discarding it shows the flow's last valid value", async () => {
  const { openFlow, form, type, shown, error, config } = openStep();
  type(temperature, "warm");
  await vi.advanceTimersByTimeAsync(300);
  expect(error()).toBe("“warm” is not a number.");
  expect(openFlow.getState().invalidInputs).toMatchObject([{ field: "config.temperature", text: "warm" }]);
  expect(config()).toEqual({ temperature: 0.5, own: 1 });
  expect(shown()).toBe("warm");
  form.discard(temperature);
  expect([shown(), error(), openFlow.getState().invalidInputs]).toEqual(["0.5", undefined, []]);
});

it("invalid input is kept across an undo, and shown with its error when it is restored", () => {
  const { openFlow, type, commit, shown, error } = openStep();
  type(stepNameFieldDefinition, "New");
  type(temperature, "warm");
  commit();
  openFlow.undo();
  expect(shown()).toBe("warm");
  const [input] = openFlow.getState().invalidInputs;
  openFlow.setState({ invalidInputs: [] });
  expect(shown()).toBe("0.5");
  openFlow.setState({ invalidInputs: [{ ...input!, text: "0.6", message: "Incomplete." }] });
  expect([shown(), error()]).toEqual(["0.6", "Incomplete."]);
});

it("a value that the platform may reject is committed, with a warning", () => {
  const { openFlow, type, commit, shown, error, config } = openStep();
  type(temperature, "3");
  commit();
  expect(config()).toEqual({ temperature: 3, own: 1 });
  openFlow.edit({ type: "setConfig", key: "a" as StepKey, path: ["temperature"], value: 4 });
  expect([shown(), error()]).toEqual(["4", "Temperature must be a number from 0 to 2."]);
});

it("typing without a pause becomes one edit, and reports no error before a pause", async () => {
  const { openFlow, type, error, config } = openStep();
  const states: string[] = [];
  for (const text of ['{"own": ', '{"own": 2', '{"own": 2}', '{"own": 2} ']) {
    type(stepConfigJsonFieldDefinition, text);
    await vi.advanceTimersByTimeAsync(100);
    states.push(openFlow.getState().invalidInputs[0]?.text ?? JSON.stringify(config()));
    expect(error(stepConfigJsonFieldDefinition)).toBeUndefined();
  }
  expect(states).toEqual(['{"own": ', '{"own": 2', '{"own":2}', '{"own":2}']);
  expect(openFlow.getState().history.entries).toHaveLength(1);
  type(stepConfigJsonFieldDefinition, "{");
  await vi.advanceTimersByTimeAsync(300);
  expect(error(stepConfigJsonFieldDefinition)).toContain("line 1");
  // An error that is already shown stays while the user types on.
  type(stepConfigJsonFieldDefinition, '{"');
  await vi.advanceTimersByTimeAsync(0);
  expect(error(stepConfigJsonFieldDefinition)).toContain("line 1");
});

it("a long text becomes one edit after a moment, or at once when its field is left or unmounted", () => {
  const { openFlow, form, type, commit, unmount, config } = openStep();
  type(stepConfigJsonFieldDefinition, '{"own": 2');
  type(stepConfigJsonFieldDefinition, '{"own": 2}');
  expect(config()).toEqual({ temperature: 0.5, own: 1 });
  commit();
  expect(config()).toEqual({ own: 2 });
  type(stepConfigJsonFieldDefinition, '{"own": 3}');
  form.leave();
  expect(config()).toEqual({ own: 3 });
  expect(openFlow.getState().history.entries).toHaveLength(1);
  type(stepConfigJsonFieldDefinition, '{"own": 4}');
  unmount(stepConfigJsonFieldDefinition);
  expect(config()).toEqual({ own: 4 });
});

it("typing after a pause of two seconds is a separate undo step", () => {
  const { openFlow, type, commit } = openStep();
  type(stepNameFieldDefinition, "A1");
  vi.advanceTimersByTime(2000);
  type(stepNameFieldDefinition, "A12");
  commit();
  expect(openFlow.getState().history.entries).toHaveLength(2);
});
