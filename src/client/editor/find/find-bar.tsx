import { useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import { ArrowDown, ArrowUp, CaseSensitive, ChevronRight, WholeWord, X } from "lucide-react";
import {
  type KeyboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { useStore } from "zustand";
import { findNextMatchAction, findPreviousMatchAction } from "#client/editor/actions/find.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { textBoxClasses } from "#client/ui/fields/field.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import {
  MAX_FIND_MATCHES,
  type FindAndReplace,
  type FindAndReplaceState,
  listFindMatchesToReplace,
  formatFindMatchCount,
  createFindAndReplace,
} from "./create-find.ts";

const FindResults = createLazyComponent(async () => (await import("./find-results.tsx")).FindResults);

type FindBarProps = {
  readonly initialQuery: string;
  /** Called with the last search text, from which the find bar starts when the user opens it again. */
  readonly onClose: (query: string) => void;
};

/** Finds text in all steps of the flow, because the browser's own search misses steps that are not rendered. */
export function FindBar({ initialQuery, onClose }: FindBarProps) {
  const { page } = useEditor();
  const { find, field } = useFinder(initialQuery);
  const state = useStore(find.store);
  const { query, matches, hasMore, refusal } = state;
  const [isReplacing, setReplacing] = useState(false);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    onClose(query);
  };

  return (
    <section
      role="search"
      aria-label="Find in flow"
      onKeyDown={onKeyDown}
      className="flex max-h-[60%] shrink-0 flex-col border-b border-line"
    >
      <div className="flex flex-col gap-1.5 px-gutter py-2">
        <div className="flex flex-wrap items-center gap-x-1 gap-y-1.5">
          <IconButton
            label="Replace"
            icon={ChevronRight}
            size="sm"
            aria-expanded={isReplacing}
            onClick={() => setReplacing(!isReplacing)}
            className={isReplacing ? "[&_svg]:rotate-90" : ""}
          />
          <QueryField find={find} state={state} ref={field} />
          <MatchSteps find={find} state={state} />
          <IconButton
            label="Close find"
            icon={X}
            shortcut="Escape"
            size="sm"
            onClick={() => onClose(query)}
          />
        </div>
        {isReplacing && <ReplaceRow find={find} state={state} />}
        {refusal !== undefined && (
          <p role="alert" className="pl-8 text-sm text-danger">
            {refusal}
          </p>
        )}
      </div>
      {matches.length > 0 && (
        <FindResults
          find={find}
          isReplacing={isReplacing}
          onOpen={(index, { key, at, from, to }) => {
            find.goTo(index);
            page.current?.showStepField({ step: key, at, from, to });
          }}
        />
      )}
      {hasMore && (
        <p className="border-t border-line px-3 py-1.5 text-xs text-muted">
          Showing the first {MAX_FIND_MATCHES.toLocaleString("en-GB")} matches. Refine your search.
        </p>
      )}
    </section>
  );
}

/** Registered as the editor's `finder`, so that shortcuts control the open bar. */
function useFinder(initialQuery: string) {
  const { openFlow, selection, list, finder } = useEditor();
  const field = useRef<HTMLInputElement>(null);
  const [find] = useState(() =>
    createFindAndReplace(openFlow, initialQuery, (key) => {
      selection.markFound(key);
      if (key !== undefined) list.current?.showStep(key);
    }),
  );
  const focusField = useCallback(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  useImperativeHandle(finder, () => ({
    next: find.next,
    previous: find.previous,
    search: (query) => {
      if (query !== "" && query !== find.store.getState().query) find.setQuery(query);
      focusField();
    },
  }));
  // `find.connect` repeats the search after every edit, because the flow can be edited meanwhile.
  useEffect(() => {
    focusField();
    const stop = find.connect();
    return () => {
      stop();
      selection.markFound(undefined);
    };
  }, [find, selection, focusField]);
  return { find, field };
}

type PartProps = { readonly find: FindAndReplace; readonly state: FindAndReplaceState };

function QueryField({ find, state, ref }: PartProps & { readonly ref: Ref<HTMLInputElement> }) {
  return (
    <span className="relative min-w-40 flex-1 basis-52">
      <input
        ref={ref}
        type="search"
        aria-label="Find"
        placeholder="Find in names, types, variables and configs"
        autoComplete="off"
        spellCheck={false}
        value={state.query}
        onChange={(event) => find.setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (isEnter(event)) goToMatch(event, find);
        }}
        className={joinClasses(textBoxClasses, "h-8 truncate pr-18 pointer-coarse:h-10 pointer-coarse:pr-22")}
      />
      <span className="absolute inset-y-0 right-0.5 flex items-center">
        <IconButton
          label="Match case"
          icon={CaseSensitive}
          size="sm"
          aria-pressed={state.matchCase}
          onClick={() => find.toggle("matchCase")}
        />
        <IconButton
          label="Whole words"
          icon={WholeWord}
          size="sm"
          aria-pressed={state.wholeWord}
          onClick={() => find.toggle("wholeWord")}
        />
      </span>
    </span>
  );
}

function noMatchReason({ query, matches }: FindAndReplaceState): string | undefined {
  if (query === "") return "Enter a text to find.";
  return matches.length === 0 ? "No matches." : undefined;
}

function MatchSteps({ find, state }: PartProps) {
  const shared = { size: "sm", disabledReason: noMatchReason(state) } as const;
  return (
    // Keeps its room, so that the first letter does not move the search box.
    <span
      className={joinClasses(
        "flex items-center max-sm:order-1 max-sm:w-full",
        state.query === "" && "invisible max-sm:hidden",
      )}
    >
      <span
        data-find-count=""
        className="min-w-20 px-1.5 text-sm whitespace-nowrap text-muted tabular-nums max-sm:flex-1"
      >
        {describeCount(state)}
      </span>
      <IconButton
        label="Previous match"
        icon={ArrowUp}
        shortcut={findPreviousMatchAction.keys[0]}
        onClick={find.previous}
        {...shared}
      />
      <IconButton
        label="Next match"
        icon={ArrowDown}
        shortcut={findNextMatchAction.keys[0]}
        onClick={find.next}
        {...shared}
      />
    </span>
  );
}

function ReplaceRow({ find, state }: PartProps) {
  const { refuseEdit } = useEditor();
  const chosen = listFindMatchesToReplace(state).length;
  const current = state.matches[state.current];
  const isReadOnly = current !== undefined && current.kind !== "text";
  const viewOnlyReason = useViewOnlyReason();
  return (
    <div className="flex flex-wrap items-center gap-x-1.5 gap-y-1.5 pl-8 pointer-coarse:pl-11">
      <input
        type="text"
        aria-label="Replace with"
        placeholder="Replace with"
        autoComplete="off"
        spellCheck={false}
        value={state.replacement}
        onChange={(event) => find.setReplacement(event.target.value)}
        onKeyDown={(event) => {
          if (!isEnter(event)) return;
          event.preventDefault();
          if (!refuseEdit()) find.replaceCurrent();
        }}
        className={joinClasses(textBoxClasses, "h-8 max-w-full min-w-40 flex-1 basis-52 pointer-coarse:h-10")}
      />
      <Button
        disabledReason={
          viewOnlyReason ?? (isReadOnly ? "Types and field names can’t be replaced." : noMatchReason(state))
        }
        onClick={find.replaceCurrent}
      >
        Replace
      </Button>
      <Button
        disabledReason={
          viewOnlyReason ?? noMatchReason(state) ?? (chosen === 0 ? "No matches selected." : undefined)
        }
        onClick={find.replaceChosen}
      >
        Replace {chosen.toLocaleString("en-GB")} selected
      </Button>
    </div>
  );
}

function isEnter({ key, nativeEvent }: KeyboardEvent): boolean {
  return key === "Enter" && !nativeEvent.isComposing;
}

function goToMatch(event: Pick<KeyboardEvent, "shiftKey" | "preventDefault">, find: FindAndReplace): void {
  event.preventDefault();
  if (event.shiftKey) find.previous();
  else find.next();
}

function describeCount(state: FindAndReplaceState): string {
  const { query, searched, matches, current } = state;
  if (query === "") return "";
  if (query !== searched) return "Searching…";
  if (matches.length === 0) return "No matches";
  return current < 0
    ? formatFindMatchCount(state)
    : `${(current + 1).toLocaleString("en-GB")} of ${formatFindMatchCount(state)}`;
}
