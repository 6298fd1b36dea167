import { createStore } from "zustand/vanilla";
import { type StepNode, toWireStep } from "#core/flow-document.ts";
import { type JsonValue, equalJson } from "#core/json.ts";
import { findStep } from "#core/step-list.ts";
import type { OpenFlow } from "#client/document/open-flow.ts";
import { parseConfigText } from "./parse-config-text.ts";

/** After the last key, in milliseconds: when a text becomes an edit, and when the edit becomes an undo step of its own. */
const SETTLE_MS = 300;
const REST_MS = 2000;

/**
 * The text of a step's config while it is being typed. It becomes one edit shortly after the last key, if it parses;
 * if it does not, the document keeps the last good value and the open flow keeps the text, so that nothing is lost.
 */
export function createConfigText(openFlow: OpenFlow, node: StepNode) {
  const { key } = node;
  let known = configOf(node);
  let typed: string | undefined;
  let settleTimer: ReturnType<typeof setTimeout> | undefined;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  const findKept = () =>
    openFlow.getState().brokenTexts.find((broken) => broken.key === key && broken.field === "config");
  const kept = findKept()?.text;
  const store = createStore<{ readonly text: string }>(() => ({ text: kept ?? format(known) }));

  const settle = () => {
    clearTimeout(settleTimer);
    const text = typed;
    typed = undefined;
    if (text === undefined) return;
    const result = parseConfigText(text);
    if (result.type === "broken") {
      openFlow.setBrokenText({ key, field: "config", text, message: result.message });
      return;
    }
    openFlow.clearBrokenText(key, "config");
    openFlow.edit({ type: "setConfig", key, path: [], value: result.config }, `config:${key}`);
    // As the document has it: nested lists are sorted there, and that must not rewrite the text under the fingers.
    const written = findStep(openFlow.getState().history.document, key);
    known = written ? configOf(written) : result.config;
  };

  const show = (config: JsonValue) => {
    typed = undefined;
    known = config;
    store.setState({ text: format(config) });
    openFlow.clearBrokenText(key, "config");
  };

  return {
    store,

    change: (text: string) => {
      store.setState({ text });
      typed = text;
      clearTimeout(settleTimer);
      clearTimeout(restTimer);
      settleTimer = setTimeout(settle, SETTLE_MS);
      restTimer = setTimeout(openFlow.sealEdit, REST_MS);
    },

    /** The focus left: what was typed is one undo step, and the next text begins another. */
    leave: () => {
      settle();
      openFlow.sealEdit();
    },

    /** Gives up a text that does not parse for the config that the document holds. */
    discard: (current: StepNode) => show(configOf(current)),

    /** The document changed: an undo, a redo or a newer version brings its config into the field. */
    follow: (current: StepNode) => {
      const config = configOf(current);
      if (typed !== undefined || equalJson(known, config)) return;
      // A text that waits to be mended is work, and only its own Discard may take it away.
      if (findKept()) known = config;
      else show(config);
    },

    /** Save and undo ask for what is still being typed. Returns what ends that, after a last settling. */
    connect: () => {
      const stop = openFlow.onSettle(settle);
      return () => {
        settle();
        clearTimeout(restTimer);
        openFlow.sealEdit();
        stop();
      };
    },
  };
}

function configOf(node: StepNode): JsonValue {
  return toWireStep(node)["config"] ?? {};
}

function format(config: JsonValue): string {
  return JSON.stringify(config, null, 2);
}
