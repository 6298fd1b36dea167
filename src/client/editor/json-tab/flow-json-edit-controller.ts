import { createStore } from "zustand/vanilla";
import { applyEditedFlowJson } from "#core/document/apply-edited-flow-json.ts";
import type { FlowDocument } from "#core/document/flow-document.ts";
import { formatFlowAsJson } from "#core/document/format-flow.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { isDocumentUnchangedForSave } from "#core/save-body.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { PendingFlowJsonText } from "#client/document/pending-input.ts";
import { type FlowJsonParseResult, parseFlowJson, parseFlowJsonIncrementally } from "./parse-flow-json.ts";

/** Longer for long texts, because parsing a megabyte delays the next key. */
const getParseDelayMs = (text: string) => 300 + Math.min(700, text.length / 2000);

/** Throttle for persisting the text, in milliseconds; a debounce would not persist while the user keeps typing. */
const PERSIST_MS = 100;

interface FlowTextState {
  readonly text: string;
  /** Whether the user has changed the text without applying the change to the flow. */
  readonly isTouched: boolean;
  readonly reading: FlowJsonParseResult | undefined;
  /** Grows when the text is replaced as a whole, so that the text editor resets its undo history. */
  readonly edition: number;
}

/** Changes are pending JSON until `apply`: they count as unsaved and survive a change of tabs. */
export function createFlowJsonEditController(openFlow: OpenFlow) {
  const documentNow = () => openFlow.getState().history.document;
  let persisted = openFlow.getState().pendingJson;
  let since = persisted?.since ?? documentNow();
  let original = formatFlowAsJson(since);
  let typed: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let persistTimer: ReturnType<typeof setTimeout> | undefined;
  const store = createStore<FlowTextState>(() => ({
    text: persisted?.text ?? original,
    isTouched: persisted !== undefined,
    reading: undefined,
    edition: 0,
  }));

  const persist = (pendingJson: PendingFlowJsonText | undefined) => {
    persisted = pendingJson;
    openFlow.setPendingJson(pendingJson);
  };

  const show = (document: FlowDocument) => {
    clearTimeout(timer);
    typed = undefined;
    since = document;
    original = formatFlowAsJson(document);
    persist(undefined);
    const edition = store.getState().edition + 1;
    store.setState({ text: original, isTouched: false, reading: undefined, edition });
  };

  const read = (text: string) => {
    clearTimeout(timer);
    store.setState({ text, reading: parseFlowJson(text, documentNow()) });
  };
  /** In parts, so that the browser handles key presses in between. The next one cancels parsing. */
  const readLater = (text: string) => {
    store.setState({ text, reading: undefined });
    const parts = parseFlowJsonIncrementally(text, documentNow());
    const parseNextPart = () => {
      const part = parts.next();
      if (part.done === true) store.setState({ reading: part.value });
      else timer = setTimeout(parseNextPart);
    };
    timer = setTimeout(parseNextPart);
  };

  const adopt = (pendingJson: PendingFlowJsonText) => {
    clearTimeout(timer);
    typed = undefined;
    persisted = pendingJson;
    since = pendingJson.since;
    original = formatFlowAsJson(since);
    store.setState({ text: pendingJson.text, isTouched: true, edition: store.getState().edition + 1 });
    readLater(pendingJson.text);
  };

  const flush = () => {
    const text = typed;
    // A parse in progress is still valid if nothing was typed since it started.
    if (text === undefined) return;
    typed = undefined;
    clearTimeout(timer);
    if (text === original && since === documentNow()) {
      persist(undefined);
      store.setState({ text, isTouched: false, reading: undefined });
      return;
    }
    if (text === original) return show(documentNow());
    persist({ text, since });
    readLater(text);
  };

  return {
    store,

    change: (text: string) => {
      typed = text;
      clearTimeout(timer);
      timer = setTimeout(flush, getParseDelayMs(text));
      if (openFlow.getState().pendingJson) {
        persistTimer ??= setTimeout(() => {
          persistTimer = undefined;
          if (typed !== undefined) persist({ text: typed, since });
        }, PERSIST_MS);
        if (store.getState().reading) store.setState({ reading: undefined });
        return;
      }
      // Persists the first edit at once, so that the text counts as unsaved immediately.
      persist({ text, since });
      store.setState({ isTouched: true, reading: undefined });
    },

    /** Merges changes made to the flow meanwhile, unless `isReplacing`. Returns the parse result with errors. */
    apply: ({ isReplacing = false } = {}): FlowJsonParseResult | "conflict" | undefined => {
      flush();
      if (!store.getState().isTouched) return undefined;
      if (!store.getState().reading) read(store.getState().text);
      const { reading } = store.getState();
      if (!reading?.flow) return reading;
      const now = documentNow();
      const mergeBase = isReplacing ? now : since;
      const written = applyEditedFlowJson(mergeBase, reading.flow, () => createSortableId("step"));
      const merge = mergeBase === now ? undefined : mergeDocuments(mergeBase, now, written);
      if (merge && merge.conflicts.length > 0) return "conflict";
      const merged = merge && isDocumentUnchangedForSave(now, merge.document) ? now : merge?.document;
      const document = merged ?? written;
      openFlow.sealEdit();
      openFlow.edit({ type: "replaceDocument", document, reason: "apply JSON" });
      show(document);
      return undefined;
    },

    discard: () => show(documentNow()),

    /** Also flushes typing before a save or undo. Returns the cleanup function. */
    connect: () => {
      const stopFlushing = openFlow.onFlush(flush);
      const follow = () => {
        const { pendingJson, history } = openFlow.getState();
        if (pendingJson !== undefined && pendingJson !== persisted) adopt(pendingJson);
        else if (pendingJson === undefined && history.document !== since) show(history.document);
      };
      const stopFollowing = openFlow.subscribe(follow);
      follow();
      const { isTouched, reading, text } = store.getState();
      if (isTouched && !reading) readLater(text);
      return () => {
        flush();
        clearTimeout(timer);
        clearTimeout(persistTimer);
        stopFollowing();
        stopFlushing();
      };
    },
  };
}

/** Applies the pending JSON while no JSON tab is mounted. Returns false if it has errors or conflicts with the flow. */
export function applyPendingJson(openFlow: OpenFlow): boolean {
  createFlowJsonEditController(openFlow).apply();
  return openFlow.getState().pendingJson === undefined;
}
