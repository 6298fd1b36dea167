import type { FlowDocument } from "#core/flow-document.ts";
import { isBehind } from "./flow-version.ts";
import type { OpenFlow, OpenFlowState } from "./open-flow.ts";
import { countUnsavedEdits, needsMending } from "./unsaved-edits.ts";
import type { SaveCause } from "./save-flow.ts";

/** After the last edit, in milliseconds: then everything is saved, where saving by itself is switched on. */
const AUTOSAVE_REST_MS = 2000;

type Subscribe = (listener: () => void) => () => void;

interface ResumeOptions {
  readonly save: (cause: Exclude<SaveCause, "asked">) => Promise<unknown>;
  readonly connection: { readonly isOffline: () => boolean; readonly subscribe: Subscribe };
  /** Whether the page saves by itself. */
  readonly autosave: { readonly isOn: () => boolean; readonly subscribe: Subscribe };
}

/**
 * Goes on with a save that got no answer, or a “not now”: after the time that the save machine says, and at once when the
 * server can be reached again. Saves by itself too, a moment after the last edit, where that is switched on. Text that
 * waits to be mended, and what somebody else changed, stop it: those need a person. Runs until the returned function is
 * called.
 */
export function resumeSaving(openFlow: OpenFlow, { save, connection, autosave }: ResumeOptions): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** A server may keep it in another form: then it stays unsaved, and sending it once more would not help. */
  let sentByItself: FlowDocument | undefined;
  const plan = (ms: number, isDue: (state: OpenFlowState) => boolean) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const state = openFlow.getState();
      if (!isDue(state) || needsMending(state)) return;
      if (autosave.isOn()) sentByItself = state.history.document;
      void save(autosave.isOn() ? "by-itself" : "resumed");
    }, ms);
  };
  const isWaiting = ({ progress }: OpenFlowState) => progress.type === "waiting" && !connection.isOffline();
  // What was refused may be mended by the next edit; what failed for another reason is for a person to try again.
  const isReadyToSave = (state: OpenFlowState) =>
    autosave.isOn() &&
    (state.progress.type === "resting" || state.progress.type === "refused") &&
    !isBehind(state) &&
    state.history.document !== sentByItself &&
    countUnsavedEdits(state) > 0;

  const follow = (state: OpenFlowState, before?: OpenFlowState) => {
    const { progress, history } = state;
    const isMended = !needsMending(state) && before !== undefined && needsMending(before);
    if (progress.type === "waiting") {
      // When its time came, a text that was not mended yet may have stopped it, or what somebody else changed.
      const isCaughtUp = before !== undefined && isBehind(before) && !isBehind(state);
      if (progress !== before?.progress || isMended || isCaughtUp) plan(progress.delayMs, isWaiting);
      return;
    }
    if (progress !== before?.progress) clearTimeout(timer);
    const isEdited = history !== before?.history;
    const isRested = progress.type === "resting" && progress !== before?.progress;
    if ((isEdited || isRested || isMended) && isReadyToSave(state)) plan(AUTOSAVE_REST_MS, isReadyToSave);
  };
  const stops = [
    openFlow.subscribe(follow),
    connection.subscribe(() => {
      if (isWaiting(openFlow.getState())) plan(0, isWaiting);
    }),
    autosave.subscribe(() => {
      sentByItself = undefined;
      follow(openFlow.getState());
    }),
  ];
  follow(openFlow.getState());
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
