import { createStore } from "zustand/vanilla";
import { adoptFlow } from "#core/adopt-flow.ts";
import type { FlowDocument } from "#core/flow-document.ts";
import { formatFlow } from "#core/format-flow.ts";
import { mergeDocuments } from "#core/merge/merge-documents.ts";
import { isSameDocument } from "#core/save-body.ts";
import { mintId } from "#client/data/mint-id.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import type { UnappliedText } from "#client/document/typed-texts.ts";
import { type FlowReading, readFlowText, readInParts } from "./read-flow-text.ts";

/**
 * After the last key, in milliseconds: when the text is read. That takes a moment for a megabyte, which is not to come
 * between two keys, so a long text waits for a longer rest.
 */
const restAfter = (text: string) => 300 + Math.min(700, text.length / 2000);

/** After a key that is kept nowhere but in the field yet, in milliseconds: then it is, however fast the next ones come. */
const KEEP_MS = 100;

interface FlowTextState {
  /** As of the last rest; what is typed since is the field's. */
  readonly text: string;
  /** The text says something else than the flow, as far as anybody looked. */
  readonly isTouched: boolean;
  /** What the text comes to; undefined until it was read. */
  readonly reading: FlowReading | undefined;
  /** Counts the times that the text was made from the flow: what was typed before is the flow's to undo. */
  readonly edition: number;
}

/**
 * The open flow as JSON while it is being edited. Nothing of it is in the flow until it is applied, as one edit; until
 * then the open flow keeps the text, so that it outlives the tab and is not left behind unasked. While nothing is typed
 * the text follows the flow.
 */
export function createFlowText(openFlow: OpenFlow) {
  const documentNow = () => openFlow.getState().history.document;
  let kept = openFlow.getState().unappliedText;
  let since = kept?.since ?? documentNow();
  let original = formatFlow(since);
  let typed: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let keepTimer: ReturnType<typeof setTimeout> | undefined;
  const store = createStore<FlowTextState>(() => ({
    text: kept?.text ?? original,
    isTouched: kept !== undefined,
    reading: undefined,
    edition: 0,
  }));

  const keep = (unapplied: UnappliedText | undefined) => {
    kept = unapplied;
    openFlow.setUnappliedText(unapplied);
  };

  const show = (document: FlowDocument) => {
    clearTimeout(timer);
    typed = undefined;
    since = document;
    original = formatFlow(document);
    keep(undefined);
    const edition = store.getState().edition + 1;
    store.setState({ text: original, isTouched: false, reading: undefined, edition });
  };

  const read = (text: string) => {
    clearTimeout(timer);
    store.setState({ text, reading: readFlowText(text, documentNow()) });
  };
  /** Between its parts keys are taken, and the next key ends it. */
  const readLater = (text: string) => {
    store.setState({ text, reading: undefined });
    const parts = readInParts(text, documentNow());
    const goOn = () => {
      const part = parts.next();
      if (part.done === true) store.setState({ reading: part.value });
      else timer = setTimeout(goOn);
    };
    timer = setTimeout(goOn);
  };

  /** A text that comes back by an undo, or from an earlier page. */
  const takeUp = (unapplied: UnappliedText) => {
    clearTimeout(timer);
    typed = undefined;
    kept = unapplied;
    since = unapplied.since;
    original = formatFlow(since);
    store.setState({ text: unapplied.text, isTouched: true, edition: store.getState().edition + 1 });
    readLater(unapplied.text);
  };

  const settle = () => {
    const text = typed;
    // What is being read already goes on.
    if (text === undefined) return;
    typed = undefined;
    clearTimeout(timer);
    // Typed back to where it began: there is nothing to apply.
    if (text === original && since === documentNow()) {
      keep(undefined);
      store.setState({ text, isTouched: false, reading: undefined });
      return;
    }
    if (text === original) return show(documentNow());
    keep({ text, since });
    readLater(text);
  };

  return {
    store,

    change: (text: string) => {
      typed = text;
      clearTimeout(timer);
      timer = setTimeout(settle, restAfter(text));
      if (openFlow.getState().unappliedText) {
        keepTimer ??= setTimeout(() => {
          keepTimer = undefined;
          if (typed !== undefined) keep({ text: typed, since });
        }, KEEP_MS);
        if (store.getState().reading) store.setState({ reading: undefined });
        return;
      }
      // From the first key on there is something to lose.
      keep({ text, since });
      store.setState({ isTouched: true, reading: undefined });
    },

    /**
     * Makes the flow what the text says, as one edit, or returns the reading that says why not. A flow that is another one by
     * now keeps what changed in it, unless it is to be replaced; "clash" where the text changed the same.
     */
    apply: ({ isReplacing = false } = {}): FlowReading | "clash" | undefined => {
      settle();
      if (!store.getState().isTouched) return undefined;
      if (!store.getState().reading) read(store.getState().text);
      const { reading } = store.getState();
      if (!reading?.flow) return reading;
      const now = documentNow();
      const began = isReplacing ? now : since;
      const written = adoptFlow(began, reading.flow, () => mintId("step"));
      const merge = began === now ? undefined : mergeDocuments(began, now, written);
      if (merge && merge.clashes.length > 0) return "clash";
      const both = merge && isSameDocument(now, merge.document) ? now : merge?.document;
      const document = both ?? written;
      openFlow.sealEdit();
      openFlow.edit({ type: "replaceDocument", document, reason: "apply JSON" });
      show(document);
      return undefined;
    },

    /** Gives the text up for the flow as it is. */
    discard: () => show(documentNow()),

    /** Follows the flow, and answers to whoever saves, undoes or leaves. Returns what ends that. */
    connect: () => {
      const stopSettling = openFlow.onSettle(settle);
      const follow = () => {
        const { unappliedText, history } = openFlow.getState();
        if (unappliedText !== undefined && unappliedText !== kept) takeUp(unappliedText);
        else if (unappliedText === undefined && history.document !== since) show(history.document);
      };
      const stopFollowing = openFlow.subscribe(follow);
      follow();
      const { isTouched, reading, text } = store.getState();
      if (isTouched && !reading) readLater(text);
      return () => {
        settle();
        clearTimeout(timer);
        clearTimeout(keepTimer);
        stopFollowing();
        stopSettling();
      };
    },
  };
}
