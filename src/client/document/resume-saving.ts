import {
  type OpenFlow,
  type OpenFlowState,
  countUnsavedEdits,
  findBrokenText,
  isBehind,
} from "./open-flow.ts";

/** After the last edit, in milliseconds: then everything is saved, where saving by itself is switched on. */
const AUTOSAVE_REST_MS = 2000;

interface Reachability {
  readonly isOffline: () => boolean;
  readonly subscribe: (listener: () => void) => () => void;
}

interface ResumeOptions {
  /** A save that nobody asked for: it says nothing when it fails as before. */
  readonly save: () => Promise<unknown>;
  readonly connection: Reachability;
  /** Asked at every edit. */
  readonly isAutosaving: () => boolean;
}

/**
 * Goes on with a save that got no answer, or a “not now”: after the time that the save machine says, and at once when the
 * server can be reached again. Saves by itself too, a moment after the last edit, where that is switched on. Text that
 * waits to be mended, and what somebody else changed, stop it: those need a person. Runs until the returned function is
 * called.
 */
export function resumeSaving(
  openFlow: OpenFlow,
  { save, connection, isAutosaving }: ResumeOptions,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (ms: number, isDue: (state: OpenFlowState) => boolean) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const state = openFlow.getState();
      if (isDue(state) && !needsPerson(state)) void save();
    }, ms);
  };
  const isWaiting = ({ progress }: OpenFlowState) => progress.type === "waiting" && !connection.isOffline();
  const isReadyToSave = (state: OpenFlowState) =>
    isAutosaving() && state.progress.type === "resting" && !isBehind(state) && countUnsavedEdits(state) > 0;

  const follow = (state: OpenFlowState, before?: OpenFlowState) => {
    const { progress, history } = state;
    if (progress.type === "waiting") {
      if (progress !== before?.progress) plan(progress.delayMs, isWaiting);
      return;
    }
    if (progress !== before?.progress) clearTimeout(timer);
    const isEdited = history.document !== before?.history.document || progress !== before.progress;
    if (isEdited && isReadyToSave(state)) plan(AUTOSAVE_REST_MS, isReadyToSave);
  };
  const stopFollowing = openFlow.subscribe(follow);
  const stopListening = connection.subscribe(() => {
    if (isWaiting(openFlow.getState())) plan(0, isWaiting);
  });
  follow(openFlow.getState());
  return () => {
    clearTimeout(timer);
    stopFollowing();
    stopListening();
  };
}

function needsPerson(state: OpenFlowState): boolean {
  return findBrokenText(state) !== undefined || state.unappliedText !== undefined;
}
