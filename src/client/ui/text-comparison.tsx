import { defaultKeymap } from "@codemirror/commands";
import { MergeView, getChunks, unifiedMergeView } from "@codemirror/merge";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { type CodeLanguage, loadLanguage } from "./code-language.ts";
import { NEXT_DIFFERENCE, PREVIOUS_DIFFERENCE } from "./difference-key.ts";
import { ErrorState } from "./error-state.tsx";
import { formatCount } from "./format-count.ts";
import { IconButton } from "./icon-button.tsx";
import { joinClasses } from "./join-classes.ts";
import { goToDifference, mergeExtensions, nameField } from "./merge-extensions.ts";
import { SkeletonRows } from "./skeleton-rows.tsx";
import { useMediaQuery } from "./use-media-query.ts";
import { useTextChanges } from "./use-text-changes.ts";

export type TextComparisonProps = {
  readonly before: string;
  readonly after: string;
  /** What the two texts are called, as in “Version 1”. */
  readonly beforeLabel: string;
  readonly afterLabel: string;
  readonly language: CodeLanguage;
};

/** What CodeMirror has drawn: both texts, or the one with the other inside. */
interface Drawn {
  readonly views: readonly EditorView[];
  /** What they were coloured with at first. */
  readonly grammar: Extension;
  /** Places that differ. */
  readonly count: number;
}

const NO_COLOURS: Extension = [];
const colours = new Compartment();

/** Lines that stay around a difference, and how many more there have to be to be left out. */
const COLLAPSE = { margin: 3, minSize: 6 };

/**
 * Two texts to be read beside each other, or the one inside the other where there is little room; what they share is folded
 * away. It carries CodeMirror: import it only where it is lazy.
 */
export function TextComparison({ before, after, beforeLabel, afterLabel, language }: TextComparisonProps) {
  const host = useRef<HTMLDivElement>(null);
  const isWide = useMediaQuery("(min-width: 768px)");
  const [isWhole, setWhole] = useState(false);
  const [drawn, setDrawn] = useState<Drawn>();
  const grammar = useGrammar(language);
  const compared = useTextChanges(before, after);
  const changes = compared.type === "known" ? compared.changes : undefined;
  const notYet = changes ? undefined : "The texts are not compared yet.";
  const grammarNow = useEffectEvent(() => grammar);

  // CodeMirror owns what is inside the host for as long as it is on the page.
  useLayoutEffect(() => {
    const parent = host.current;
    if (!parent || !changes) return;
    // It changes the list that it is given.
    const diffConfig = { override: () => [...changes] };
    const collapseUnchanged = isWhole ? {} : { collapseUnchanged: COLLAPSE };
    const coloured = grammarNow();
    const side = (label: string): Extension => [...reading, colours.of(coloured), nameField(label)];
    if (isWide) {
      const merge = new MergeView({
        parent,
        a: { doc: before, extensions: side(beforeLabel) },
        b: { doc: after, extensions: side(afterLabel) },
        diffConfig,
        ...collapseUnchanged,
      });
      setDrawn({ views: [merge.a, merge.b], grammar: coloured, count: merge.chunks.length });
      return () => merge.destroy();
    }
    const inside = unifiedMergeView({
      original: before,
      mergeControls: false,
      diffConfig,
      ...collapseUnchanged,
    });
    const editor = new EditorView({
      parent,
      state: EditorState.create({
        doc: after,
        extensions: [side(`${afterLabel}, with what it has in place of ${beforeLabel}`), inside],
      }),
    });
    const count = getChunks(editor.state)?.chunks.length ?? 0;
    setDrawn({ views: [editor], grammar: coloured, count });
    return () => editor.destroy();
  }, [isWide, isWhole, before, after, beforeLabel, afterLabel, changes]);

  // To draw a long text is long work: colours that come later are put into what is drawn.
  useEffect(() => {
    if (!drawn || drawn.grammar === grammar) return;
    for (const view of drawn.views) view.dispatch({ effects: colours.reconfigure(grammar) });
  }, [drawn, grammar]);

  const go = (direction: "next" | "previous") => {
    const editor = drawn?.views.at(-1);
    if (editor) goToDifference(direction)(editor);
  };

  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-3 py-1.5 sm:px-4">
        <p role="status" className="mr-auto text-sm text-muted">
          {changes && drawn && describeCount(drawn.count)}
        </p>
        <IconButton
          label="Previous difference"
          shortcut={PREVIOUS_DIFFERENCE}
          icon={ArrowUp}
          size="sm"
          disabledReason={notYet}
          onClick={() => go("previous")}
        />
        <IconButton
          label="Next difference"
          shortcut={NEXT_DIFFERENCE}
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
          title="The texts could not be compared"
          text="Nothing happened to them. Try again in a moment."
          onRetry={compared.onRetry}
        />
      ) : changes ? (
        <div
          ref={host}
          className={joinClasses(
            "min-h-0 flex-1 font-mono text-xs/5 [&>*]:h-full",
            isWide &&
              // The line between them goes all the way down, however short they are.
              "[&_.cm-mergeViewEditor:last-child]:border-l [&_.cm-mergeViewEditor:last-child]:border-line [&_.cm-mergeViewEditors]:min-h-full",
          )}
        />
      ) : (
        <SkeletonRows label="Comparing the texts" rows={8} />
      )}
    </div>
  );
}

const look = EditorView.theme({
  ".cm-collapsedLines": {
    padding: "0.125rem 0.625rem",
    background: "var(--hover)",
    color: "var(--muted)",
  },
  // The arrows that come with it are in no font of ours.
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"⋯"', margin: "0 0.375rem" },
});

const reading: readonly Extension[] = [
  ...mergeExtensions,
  look,
  EditorState.readOnly.of(true),
  lineNumbers(),
  keymap.of(defaultKeymap),
];

function describeCount(count: number): string {
  return count === 0 ? "No differences" : formatCount(count, "place differs", "places differ");
}

/** The colours of a language, as soon as they are there. */
function useGrammar(language: CodeLanguage): Extension {
  const [grammar, setGrammar] = useState<Extension>(NO_COLOURS);
  useEffect(() => {
    let isGone = false;
    // Without its colours a text can still be read.
    loadLanguage(language).then(
      (loaded) => isGone || setGrammar(loaded),
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [language]);
  return grammar;
}
