import { createStore } from "zustand/vanilla";
import type { StepKey, StepNode } from "#core/flow-document.ts";
import { type JsonValue, equalJson } from "#core/json.ts";
import { findStep } from "#core/step-list.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { StepField } from "./step-field.ts";

/**
 * After the first key that the flow does not know of, in milliseconds: then it does, however fast the next ones come. What
 * is not in the flow is not kept on this device.
 */
const SETTLE_MS = 100;
/** After the last key, in milliseconds: when somebody is told that the text does not fit, and when the edit becomes an undo step of its own. */
const PAUSE_MS = 300;
const REST_MS = 2000;

/** Where the texts of the fields are while they are typed: the form. */
export interface TypedTexts {
  readonly get: (id: string) => string;
  readonly set: (id: string, text: string) => void;
}

/**
 * What is typed into a step's fields, on its way into the flow. A text becomes one edit while it is typed, if it is a
 * value of its field; if it is not, the flow keeps the last good value and the text waits beside it, so that
 * nothing is lost.
 */
export function createStepTexts(openFlow: OpenFlow, key: StepKey, typed: TypedTexts) {
  const pending = new Map<string, StepField>();
  /** The text that stands for a value, as it was typed: `0.70` must not become `0.7` under the fingers. */
  const known = new Map<string, { readonly value: JsonValue | undefined; readonly text: string }>();
  /** The fields that are on the page. */
  const shown = createStore<ReadonlySet<string>>(() => new Set());
  /** The field that is being typed into, without a pause. */
  const typing = createStore<{ readonly field: string | undefined }>(() => ({ field: undefined }));
  let settleTimer: ReturnType<typeof setTimeout> | undefined;
  let pauseTimer: ReturnType<typeof setTimeout> | undefined;
  let restTimer: ReturnType<typeof setTimeout> | undefined;

  const currentStep = () => findStep(openFlow.getState().history.document, key);

  const findWaiting = ({ id }: StepField) =>
    openFlow.getState().brokenTexts.find((broken) => broken.key === key && broken.field === id);

  const settleField = (field: StepField) => {
    const text = typed.get(field.id);
    const step = currentStep();
    const reading = field.parse(text);
    if (reading.type === "broken") {
      openFlow.setBrokenText({ key, field: field.id, text, message: reading.message });
      return;
    }
    openFlow.clearBrokenText(key, field.id);
    if (!step) return;
    // A text that was mended into what is there already is no edit, whatever form the value has.
    if (!equalJson(reading.value, field.read(step)))
      openFlow.edit(field.edit(reading.value, step), `${field.id}:${key}`);
    // As the flow has it: nested lists are sorted there, and that must not rewrite the text under the fingers.
    const written = currentStep();
    known.set(field.id, { value: written && field.read(written), text });
  };

  const settle = () => {
    clearTimeout(settleTimer);
    settleTimer = undefined;
    const fields = [...pending.values()];
    pending.clear();
    fields.forEach(settleField);
  };

  const pause = () => {
    clearTimeout(pauseTimer);
    typing.setState({ field: undefined });
  };

  return {
    shown,
    typing,

    /** A field came to the page. Returns what takes it off again. */
    mount: (id: string) => {
      shown.setState((before) => new Set(before).add(id), true);
      return () => shown.setState((before) => new Set([...before].filter((other) => other !== id)), true);
    },

    /** What a field shows: what is being typed, else what waits to be mended, else what the flow holds. */
    textOf: (field: StepField, step: StepNode): string => {
      if (pending.has(field.id)) return typed.get(field.id);
      const kept = findWaiting(field);
      if (kept) return kept.text;
      const value = field.read(step);
      const last = known.get(field.id);
      if (last && equalJson(last.value, value)) return last.text;
      const text = field.format(value);
      known.set(field.id, { value, text });
      return text;
    },

    /** Puts into the form what `textOf` found, where that is another text. */
    show: (field: StepField, text: string) => {
      if (typed.get(field.id) !== text) typed.set(field.id, text);
    },

    /** The text of a field changed under a person's hands. */
    change: (field: StepField, text: string) => {
      typed.set(field.id, text);
      pending.set(field.id, field);
      clearTimeout(pauseTimer);
      clearTimeout(restTimer);
      if (field.waits) {
        // What was told already stays while it is being mended.
        if (!findWaiting(field)) typing.setState({ field: field.id });
        settleTimer ??= setTimeout(settle, SETTLE_MS);
        pauseTimer = setTimeout(pause, PAUSE_MS);
      } else settle();
      restTimer = setTimeout(openFlow.sealEdit, REST_MS);
    },

    /** The focus left: what was typed is one undo step, and the next text begins another. */
    leave: () => {
      pause();
      settle();
      openFlow.sealEdit();
    },

    /** Gives up a text that waits to be mended for what the flow holds. */
    discard: (field: StepField, step: StepNode) => {
      pending.delete(field.id);
      known.delete(field.id);
      openFlow.clearBrokenText(key, field.id);
      typed.set(field.id, field.format(field.read(step)));
    },

    /** Save and undo ask for what is still being typed. Returns what ends that, after a last settling. */
    connect: () => {
      const stop = openFlow.onSettle(settle);
      return () => {
        pause();
        settle();
        clearTimeout(restTimer);
        openFlow.sealEdit();
        stop();
      };
    },
  };
}

export type StepTexts = ReturnType<typeof createStepTexts>;
