import { type FieldError, createFormControl } from "react-hook-form";
import { createStore } from "zustand/vanilla";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { isEqualJson } from "#core/json/json.ts";
import { findStep } from "#core/document/step-list.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { findInvalidInputOfField } from "#client/editor/session/find-step-save-error.ts";
import { type StepFieldDefinition, convertFieldIdToFormFieldName } from "./step-field.ts";

/**
 * Milliseconds from the first uncommitted keystroke to the edit of the flow. Later keystrokes do not extend the delay,
 * because only the flow is persisted.
 */
const COMMIT_DELAY_MS = 100;
/** Milliseconds from the last keystroke until a new error is shown. */
const ERROR_DELAY_MS = 300;
/** Milliseconds from the last keystroke until a further keystroke starts a new undo step. */
const UNDO_STEP_PAUSE_MS = 2000;

/**
 * The form of one step: the text of each field and its error. A text is dirty until it is committed: as an edit of the
 * flow, or as invalid input, which is stored beside the flow. The other fields follow the flow.
 */
export function createStepFormControl(openFlow: OpenFlow, key: StepKey) {
  /** The mounted fields by their name in the form. */
  const fields = createStore<ReadonlyMap<string, StepFieldDefinition>>(() => new Map());
  let commitTimer: ReturnType<typeof setTimeout> | undefined;
  let undoStepTimer: ReturnType<typeof setTimeout> | undefined;

  const form = createFormControl<Record<string, string>>({
    mode: "onChange",
    delayError: ERROR_DELAY_MS,
    resolver: (texts, _context, { names = [] }) => {
      const errors: Record<string, FieldError> = {};
      for (const name of names) {
        const field = fields.getState().get(name);
        const error = field && findFieldError(field, texts[name] ?? "");
        if (error) errors[name] = error;
      }
      return { values: {}, errors };
    },
  });

  const currentStep = () => findStep(openFlow.getState().history.document, key);

  const findInvalidInput = ({ id }: StepFieldDefinition) =>
    findInvalidInputOfField(openFlow.getState(), key, id);

  const validate = (name: string, field: StepFieldDefinition, text: string) => {
    const invalidInput = findInvalidInput(field);
    const error = invalidInput
      ? { type: "broken", message: invalidInput.message }
      : findFieldError(field, text);
    if (error) form.setError(name, error);
  };

  const followFlow = (name: string, field: StepFieldDefinition) => {
    const step = currentStep();
    if (!step || form.getFieldState(name).isDirty) return;
    const value = field.read(step);
    const invalidInput = findInvalidInput(field);
    const text = invalidInput?.text ?? field.format(value);
    const shown = form.getValues(name) ?? "";
    if (text === shown) return;
    const reading = field.parse(shown);
    // Keeps a text that stands for the flow's value: while the user types, `0.70` must not be replaced by `0.7`.
    if (!invalidInput && reading.type === "value" && isEqualJson(reading.value, value)) return;
    form.resetField(name, { defaultValue: text, keepTouched: true });
    validate(name, field, text);
  };

  const commit = (name: string, field: StepFieldDefinition) => {
    const text = form.getValues(name) ?? "";
    const reading = field.parse(text);
    if (reading.type === "broken") {
      openFlow.setInvalidInput({ key, field: field.id, text, message: reading.message });
    } else {
      openFlow.clearInvalidInput(key, field.id);
      const step = currentStep();
      // Makes no edit if the value equals that in the flow, for example after the user has corrected invalid
      // input back to the old value.
      if (step && !isEqualJson(reading.value, field.read(step)))
        openFlow.edit(field.edit(reading.value, step), `${field.id}:${key}`);
    }
    form.resetField(name, { defaultValue: text, keepError: true, keepTouched: true });
  };

  const flush = () => {
    clearTimeout(commitTimer);
    commitTimer = undefined;
    for (const [name, field] of fields.getState()) if (form.getFieldState(name).isDirty) commit(name, field);
  };

  form.subscribe({
    formState: { values: true },
    callback: ({ name, type }) => {
      const field = fields.getState().get(name ?? "");
      // A text that follows the flow has no event type.
      if (!field || name === undefined || type !== "change") return;
      clearTimeout(undoStepTimer);
      commitTimer ??= setTimeout(flush, COMMIT_DELAY_MS);
      // The text may be the committed one again; the flow may have changed while it was not.
      followFlow(name, field);
      undoStepTimer = setTimeout(openFlow.sealEdit, UNDO_STEP_PAUSE_MS);
    },
  });

  return {
    ...form,
    fields,

    /** Returns the text with which a field is first rendered, and validates it. */
    open: (field: StepFieldDefinition, step: StepNode): string => {
      const text = findInvalidInput(field)?.text ?? field.format(field.read(step));
      validate(convertFieldIdToFormFieldName(field.id), field, text);
      return text;
    },

    mount: (field: StepFieldDefinition) => {
      const name = convertFieldIdToFormFieldName(field.id);
      fields.setState((before) => new Map(before).set(name, field), true);
      followFlow(name, field);
      return () => {
        flush();
        fields.setState((before) => new Map([...before].filter(([other]) => other !== name)), true);
      };
    },

    leave: () => {
      flush();
      openFlow.sealEdit();
    },

    discard: (field: StepFieldDefinition) => {
      form.resetField(convertFieldIdToFormFieldName(field.id));
      openFlow.clearInvalidInput(key, field.id);
    },

    /** Follows the flow, and flushes pending input before each save or undo. Returns a cleanup function. */
    connect: () => {
      const stopFlushing = openFlow.onFlush(flush);
      const stopFollowing = openFlow.subscribe(({ history, invalidInputs }, before) => {
        if (history.document !== before.history.document || invalidInputs !== before.invalidInputs)
          fields.getState().forEach((field, name) => followFlow(name, field));
      });
      return () => {
        flush();
        clearTimeout(undoStepTimer);
        openFlow.sealEdit();
        stopFlushing();
        stopFollowing();
      };
    },
  };
}

export type StepFormControl = ReturnType<typeof createStepFormControl>;

/** Returns why a text is no value of the field (type `broken`), or why the platform may reject its value. */
function findFieldError(field: StepFieldDefinition, text: string): FieldError | undefined {
  const reading = field.parse(text);
  if (reading.type === "broken") return { type: "broken", message: reading.message };
  const message = field.check?.(reading.value);
  return message === undefined ? undefined : { type: "warning", message };
}
