import { createStore } from "zustand/vanilla";
import type { StepKey } from "#core/document/flow-document.ts";
import type { JsonPath } from "#core/json/json.ts";
import { lastResultPreference } from "./preferences.ts";

interface FieldRequest {
  readonly step: StepKey;
  /** Path in the step, such as `["config", "http", "url"]`. */
  readonly at: JsonPath;
}

interface InspectorViewsState {
  /** A field that the user jumps to. A collapsed group that contains the field opens. */
  readonly requested: FieldRequest | undefined;
  /** Whether the inspector shows the last result of a step that has one, instead of its settings. */
  readonly isResultShown: boolean;
}

/** Holds the view state of the inspector of each step while the editor is open. */
export function createInspectorViewStateStore() {
  const store = createStore<InspectorViewsState>(() => ({
    requested: undefined,
    isResultShown: lastResultPreference.getState(),
  }));
  return {
    ...store,
    scrollPositions: new Map<StepKey, number>(),
    /** By step: whether the user opened or closed them. By default, open if a field has a value. */
    openedAdvanced: new Map<StepKey, boolean>(),

    requestField: (requested: FieldRequest | undefined) =>
      store.setState({ requested, ...(requested && { isResultShown: false }) }),
  };
}

export type InspectorViewStateStore = ReturnType<typeof createInspectorViewStateStore>;
