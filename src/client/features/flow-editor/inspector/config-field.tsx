import { useEffect, useId, useMemo, useState } from "react";
import { useStore } from "zustand";
import type { StepNode } from "#core/flow-document.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/button.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { createConfigText } from "./config-text.ts";
import { findBroken } from "#client/features/flow-editor/find-step-problem.ts";
import { parseConfigText } from "./parse-config-text.ts";

const JsonEditor = lazyPart(async () => (await import("#client/ui/json-editor.tsx")).JsonEditor, {
  fallback: <SkeletonRows label="Loading the JSON editor" rows={4} />,
});

/** A step's config as JSON. Whatever is typed stays: while it does not parse, the last good config stands. One per step: give it a `key`. */
export function ConfigField({ node }: { readonly node: StepNode }) {
  const openFlow = useOpenFlow();
  const [config] = useState(() => createConfigText(openFlow, node));
  const text = useStore(config.store, (state) => state.text);
  const broken = useOpenFlowState((state) => findBroken(state, node.key, "config"));
  const isInexact = useOpenFlowState((state) => state.isInexact);
  const id = useId();
  // The text outlives a render and has timers of its own; the document is what it is kept in step with.
  useEffect(() => config.connect(), [config]);
  useEffect(() => config.follow(node), [config, node]);
  const error = useMemo(() => {
    const result = broken && parseConfigText(broken.text);
    return result?.type === "broken" ? result : undefined;
  }, [broken]);

  const discard = () => {
    config.discard(node);
    // The button goes with the message; the field is where the person was.
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>("[data-config-field] .cm-content")?.focus(),
    );
  };

  return (
    <section aria-labelledby={id} className="flex flex-col gap-1" data-config-field="">
      <h3 id={id} className="text-sm font-medium">
        Config
      </h3>
      <JsonEditor
        label="Config (JSON)"
        text={text}
        onChange={config.change}
        onBlur={config.leave}
        readOnly={isInexact}
        describedBy={`${id}-note`}
        error={error}
      />
      <div id={`${id}-note`} aria-live="polite">
        {error && (
          <div className="mt-1 flex flex-wrap items-center justify-between gap-2 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            <span className="min-w-0 break-words">
              Fix or discard this text: {error.message} The flow keeps the last good config meanwhile.
            </span>
            <Button size="sm" onClick={discard}>
              Discard
            </Button>
          </div>
        )}
        {isInexact && (
          <p className="text-sm text-muted">
            This flow holds a number that cannot be edited here without changing it, so its JSON is read-only.
          </p>
        )}
      </div>
    </section>
  );
}
