import { createStore } from "zustand/vanilla";
import type { StepKey, StepNode } from "#core/document/flow-document.ts";
import { type JsonValue, isEqualJson } from "#core/json/json.ts";
import { findStep } from "#core/document/step-list.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { StepFieldDefinition } from "./step-field.ts";

/**
 * Milliseconds from the first pending keystroke to the edit of the flow. Later keystrokes do not extend the delay,
 * because only the flow is persisted.
 */
const DEBOUNCE_MS = 100;
/** Milliseconds from the last keystroke until invalid input is reported. */
const PAUSE_MS = 300;
/** Milliseconds from the last keystroke until a further keystroke starts a new undo step. */
const UNDO_STEP_PAUSE_MS = 2000;

export interface StepFormInputTextAccessor {
  readonly get: (id: string) => string;
  readonly set: (id: string, text: string) => void;
}

/**
 * Converts pending input to edits of the flow. For invalid input, the flow keeps the last valid value and the text is
 * stored beside the flow, so that no text is lost.
 */
export function createStepFormInputController(
  openFlow: OpenFlow,
  key: StepKey,
  typed: StepFormInputTextAccessor,
) {
  const pending = new Map<string, StepFieldDefinition>();
  /** The text that the user typed for each value: while the user types, `0.70` must not be formatted as `0.7`. */
  const known = new Map<string, { readonly value: JsonValue | undefined; readonly text: string }>();
  const shown = createStore<ReadonlySet<string>>(() => new Set());
  /** The field whose error stays hidden until the user pauses. */
  const typing = createStore<{ readonly field: string | undefined }>(() => ({ field: undefined }));
  let flushTimer: ReturnType<typeof setTimeout> | undefined;
  let pauseTimer: ReturnType<typeof setTimeout> | undefined;
  let undoStepTimer: ReturnType<typeof setTimeout> | undefined;

  const currentStep = () => findStep(openFlow.getState().history.document, key);

  const findInvalidInput = ({ id }: StepFieldDefinition) =>
    openFlow.getState().invalidInputs.find((broken) => broken.key === key && broken.field === id);

  const flushField = (field: StepFieldDefinition) => {
    const text = typed.get(field.id);
    const step = currentStep();
    const reading = field.parse(text);
    if (reading.type === "broken") {
      openFlow.setInvalidInput({ key, field: field.id, text, message: reading.message });
      return;
    }
    openFlow.clearInvalidInput(key, field.id);
    if (!step) return;
    // Makes no edit if the value equals that in the flow, for example after the user has corrected invalid
    // input back to the old value.
    if (!isEqualJson(reading.value, field.read(step)))
      openFlow.edit(field.edit(reading.value, step), `${field.id}:${key}`);
    // Records the value in the form in which the flow stores it, for example with sorted lists. Otherwise the
    // value would look changed and replace the text in the field.
    const written = currentStep();
    known.set(field.id, { value: written && field.read(written), text });
  };

  const flush = () => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    const fields = [...pending.values()];
    pending.clear();
    fields.forEach(flushField);
  };

  const pause = () => {
    clearTimeout(pauseTimer);
    typing.setState({ field: undefined });
  };

  return {
    shown,
    typing,

    mount: (id: string) => {
      shown.setState((before) => new Set(before).add(id), true);
      return () => shown.setState((before) => new Set([...before].filter((other) => other !== id)), true);
    },

    /** Returns the field's pending text, else its invalid input, else the formatted value in the flow. */
    textOf: (field: StepFieldDefinition, step: StepNode): string => {
      if (pending.has(field.id)) return typed.get(field.id);
      const invalidInput = findInvalidInput(field);
      if (invalidInput) return invalidInput.text;
      const value = field.read(step);
      const last = known.get(field.id);
      if (last && isEqualJson(last.value, value)) return last.text;
      const text = field.format(value);
      known.set(field.id, { value, text });
      return text;
    },

    show: (field: StepFieldDefinition, text: string) => {
      if (typed.get(field.id) !== text) typed.set(field.id, text);
    },

    change: (field: StepFieldDefinition, text: string) => {
      if (openFlow.getState().viewOnlyReason !== undefined) return;
      typed.set(field.id, text);
      pending.set(field.id, field);
      clearTimeout(pauseTimer);
      clearTimeout(undoStepTimer);
      if (field.waits) {
        // Does not hide an error that is already reported while the user fixes the text.
        if (!findInvalidInput(field)) typing.setState({ field: field.id });
        flushTimer ??= setTimeout(flush, DEBOUNCE_MS);
        pauseTimer = setTimeout(pause, PAUSE_MS);
      } else flush();
      undoStepTimer = setTimeout(openFlow.sealEdit, UNDO_STEP_PAUSE_MS);
    },

    leave: () => {
      pause();
      flush();
      openFlow.sealEdit();
    },

    discard: (field: StepFieldDefinition, step: StepNode) => {
      pending.delete(field.id);
      known.delete(field.id);
      openFlow.clearInvalidInput(key, field.id);
      typed.set(field.id, field.format(field.read(step)));
    },

    /** Flushes pending input before each save or undo. Returns a cleanup function, which flushes once more. */
    connect: () => {
      const stop = openFlow.onFlush(flush);
      return () => {
        pause();
        flush();
        clearTimeout(undoStepTimer);
        openFlow.sealEdit();
        stop();
      };
    },
  };
}

export type StepFormInputController = ReturnType<typeof createStepFormInputController>;
