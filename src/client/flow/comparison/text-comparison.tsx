import { defaultKeymap } from "@codemirror/commands";
import { type Change, MergeView, getChunks, unifiedMergeView } from "@codemirror/merge";
import { type Extension, Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "#client/ui/controls/button.tsx";
import {
  type CodeLanguage,
  NEXT_DIFFERENCE_SHORTCUT,
  PREVIOUS_DIFFERENCE_SHORTCUT,
} from "#client/ui/code/select-text-range.ts";
import { loadCodeLanguage } from "#client/ui/code/code-theme.ts";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import {
  createGoToDifferenceCommand,
  comparisonEditorExtensions,
  createEditorLabelExtension,
} from "#client/ui/code/comparison-editor-extensions.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { MIN_WIDTH_MD, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { type TextPairToCompare, compareTextLinesInWorker } from "./compare-in-worker.ts";
import { compareLinesThenCharacters } from "./compare-lines.ts";

export type TextComparisonProps = {
  readonly before: string;
  readonly after: string;
  readonly beforeLabel: string;
  readonly afterLabel: string;
  readonly language: CodeLanguage;
};

const NO_GRAMMAR: Extension = [];
const grammarCompartment = new Compartment();

/** `margin`: unchanged lines to keep around a change. `minSize`: minimum number of lines to fold. */
const COLLAPSE = { margin: 3, minSize: 6 };

/** Import lazily: includes CodeMirror. */
export function TextComparison({ before, after, beforeLabel, afterLabel, language }: TextComparisonProps) {
  const isWide = useMediaQuery(MIN_WIDTH_MD);
  const [isWhole, setWhole] = useState(false);
  const [count, setCount] = useState<number>();
  const { grammarRef, viewsRef } = useGrammar(language);
  const compared = useTextChanges(before, after);
  const changes = compared.type === "known" ? compared.changes : undefined;
  const notYet = changes ? undefined : "The comparison is not ready yet.";

  // React renders no children into the host element of CodeMirror's view.
  const draw = useCallback(
    (parent: HTMLElement | null) => {
      if (!parent || !changes) return;
      // Copies the list, because CodeMirror mutates it.
      const diffConfig = { override: () => [...changes] };
      const collapseUnchanged = isWhole ? {} : { collapseUnchanged: COLLAPSE };
      const side = (label: string): Extension => [
        ...readOnlyExtensions,
        grammarCompartment.of(grammarRef.current),
        createEditorLabelExtension(label),
      ];
      if (isWide) {
        const merge = new MergeView({
          parent,
          a: { doc: before, extensions: side(beforeLabel) },
          b: { doc: after, extensions: side(afterLabel) },
          diffConfig,
          ...collapseUnchanged,
        });
        viewsRef.current = [merge.a, merge.b];
        setCount(merge.chunks.length);
        return () => {
          viewsRef.current = [];
          merge.destroy();
        };
      }
      const unifiedView = unifiedMergeView({
        original: before,
        mergeControls: false,
        diffConfig,
        ...collapseUnchanged,
      });
      const editor = new EditorView({
        parent,
        state: EditorState.create({
          doc: after,
          extensions: [side(`${afterLabel}, compared with ${beforeLabel}`), unifiedView],
        }),
      });
      viewsRef.current = [editor];
      setCount(getChunks(editor.state)?.chunks.length ?? 0);
      return () => {
        viewsRef.current = [];
        editor.destroy();
      };
    },
    [isWide, isWhole, before, after, beforeLabel, afterLabel, changes, grammarRef, viewsRef],
  );

  const go = (direction: "next" | "previous") => {
    const editor = viewsRef.current.at(-1);
    if (editor) createGoToDifferenceCommand(direction)(editor);
  };

  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-gutter py-1.5">
        <p role="status" className="mr-auto text-sm text-muted">
          {changes && count !== undefined && describeCount(count)}
        </p>
        <IconButton
          label="Previous difference"
          shortcut={PREVIOUS_DIFFERENCE_SHORTCUT}
          icon={ArrowUp}
          size="sm"
          disabledReason={notYet}
          onClick={() => go("previous")}
        />
        <IconButton
          label="Next difference"
          shortcut={NEXT_DIFFERENCE_SHORTCUT}
          icon={ArrowDown}
          size="sm"
          disabledReason={notYet}
          onClick={() => go("next")}
        />
        <Button size="sm" disabledReason={notYet} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show less" : "Show all"}
        </Button>
      </div>
      {isWide && (
        <div
          aria-hidden="true"
          className="grid shrink-0 grid-cols-2 border-b border-line text-xs leading-7 text-muted"
        >
          <span className="truncate px-4">{beforeLabel}</span>
          <span className="truncate border-l border-line px-4">{afterLabel}</span>
        </div>
      )}
      {compared.type === "failed" ? (
        <ErrorState
          headingLevel={3}
          title="Couldn’t compare"
          text="Retry in a moment."
          onRetry={compared.onRetry}
        />
      ) : changes ? (
        <div
          ref={draw}
          className={joinClasses(
            "min-h-0 flex-1 font-mono text-xs/5 [&>*]:h-full",
            isWide &&
              // Extends the divider to the full height, even for short texts.
              "[&_.cm-mergeViewEditor:last-child]:border-l [&_.cm-mergeViewEditor:last-child]:border-line [&_.cm-mergeViewEditors]:min-h-full",
          )}
        />
      ) : (
        <SkeletonRows label="Comparing" rows={8} />
      )}
    </div>
  );
}

const theme = EditorView.theme({
  ".cm-collapsedLines": {
    padding: "0.125rem 0.625rem",
    background: "var(--hover)",
    color: "var(--muted)",
  },
  // Replaces the arrows of CodeMirror's fold marker, which our fonts do not include.
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"⋯"', margin: "0 0.375rem" },
});

const readOnlyExtensions: readonly Extension[] = [
  ...comparisonEditorExtensions,
  theme,
  EditorState.readOnly.of(true),
  lineNumbers(),
  keymap.of(defaultKeymap),
];

function describeCount(count: number): string {
  return count === 0 ? "No differences" : formatCount(count, "place differs", "places differ");
}

/** Loads the grammar, then reconfigures the mounted editor views, because recreating a view is slow for a long text. */
function useGrammar(language: CodeLanguage) {
  const grammarRef = useRef(NO_GRAMMAR);
  const viewsRef = useRef<readonly EditorView[]>([]);
  useEffect(() => {
    let isGone = false;
    // Ignores a failed load: the text is readable without syntax colors.
    loadCodeLanguage(language).then(
      (loaded) => {
        if (isGone) return;
        grammarRef.current = loaded;
        for (const view of viewsRef.current)
          view.dispatch({ effects: grammarCompartment.reconfigure(loaded) });
      },
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [language]);
  return { grammarRef, viewsRef };
}

type TextChanges =
  | { readonly type: "comparing" }
  | { readonly type: "known"; readonly changes: readonly Change[] }
  | { readonly type: "failed"; readonly onRetry: () => void };

/** Maximum total characters to compare synchronously, which takes a few milliseconds. */
const MAX_SYNCHRONOUS_LENGTH = 30_000;

/** Compares short texts synchronously and long ones in a worker, to keep the page responsive. */
function useTextChanges(before: string, after: string): TextChanges {
  const comparison = useMemo(() => createComparison({ before, after }), [before, after]);
  return useSyncExternalStore(comparison.subscribe, comparison.getSnapshot);
}

/** A store of the comparison's result; its worker runs only while the store has subscribers. */
function createComparison(texts: TextPairToCompare) {
  const isShort = texts.before.length + texts.after.length <= MAX_SYNCHRONOUS_LENGTH;
  let current: TextChanges = isShort
    ? { type: "known", changes: compareLinesThenCharacters(texts.before, texts.after) }
    : { type: "comparing" };
  return {
    getSnapshot: () => current,
    subscribe: (onChange: () => void) => {
      const controller = new AbortController();
      const set = (next: TextChanges) => {
        if (controller.signal.aborted) return;
        current = next;
        onChange();
      };
      const compare = () =>
        void compareTextLinesInWorker(texts, controller.signal).then(
          (changes) => set({ type: "known", changes }),
          () => set({ type: "failed", onRetry: retry }),
        );
      const retry = () => {
        set({ type: "comparing" });
        compare();
      };
      if (current.type !== "known") compare();
      return () => controller.abort();
    },
  };
}
