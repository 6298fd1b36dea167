import { ArrowDown, ArrowUp, CaseSensitive, ChevronRight, WholeWord, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useEffectEvent, useRef, useState } from "react";
import { useStore } from "zustand";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { Button } from "#client/ui/button.tsx";
import { fieldBox } from "#client/ui/field.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { lazyPart } from "#client/ui/lazy-part.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { FIND_LIMIT, type FindState, chosenMatches, countMatches, createFind } from "./create-find.ts";
import type { FindRequest } from "./use-find.ts";

const FindResults = lazyPart(async () => (await import("./find-results.tsx")).FindResults);

type FindBarProps = {
  readonly request: FindRequest;
  /** Given the query, for the next time. */
  readonly onClose: (query: string) => void;
};

/** Finds text in the steps, which the browser's own search cannot, since most rows are not in the page. */
export function FindBar({ request, onClose }: FindBarProps) {
  const { openFlow, selection, list, actions } = useEditor();
  const [find] = useState(() =>
    createFind(openFlow, request.query, (key) => {
      selection.markFound(key);
      if (key !== undefined) list.current?.showStep(key);
    }),
  );
  const state = useStore(find.store);
  const { query, matches, current, hasMore, refusal } = state;
  const [isReplacing, setReplacing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const chosen = isReplacing ? chosenMatches(state).length : 0;

  // The flow goes on being edited while the bar is open.
  useEffect(() => find.connect(), [find]);
  useEffect(() => () => selection.markFound(undefined), [selection]);
  const begin = useEffectEvent(({ query: wanted }: FindRequest) => {
    if (wanted !== "" && wanted !== query) find.setQuery(wanted);
    field.current?.focus();
    field.current?.select();
  });
  // Asked for again, the bar takes the focus again.
  useEffect(() => begin(request), [request]);

  const onPageKey = useEffectEvent((event: KeyboardEvent | globalThis.KeyboardEvent) => {
    const isNext =
      event.key === "F3" || (event.key.toLowerCase() === "g" && (event.ctrlKey || event.metaKey));
    if (!isNext || event.altKey) return;
    event.preventDefault();
    if (event.shiftKey) find.previous();
    else find.next();
  });
  // F3 goes on from wherever the focus is, so that what was found can be edited in between.
  useEffect(() => {
    addEventListener("keydown", onPageKey);
    return () => removeEventListener("keydown", onPageKey);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    onClose(query);
  };
  const onQueryKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (event.shiftKey) find.previous();
    else find.next();
  };
  const nothing = matches.length === 0 ? "There is no match to go to." : undefined;
  const isReplaceable = matches[current]?.kind === "text";

  return (
    <section
      role="search"
      aria-label="Find in flow"
      onKeyDown={onKeyDown}
      className="flex max-h-[60%] shrink-0 flex-col border-b border-line bg-surface"
    >
      <div className="flex flex-col gap-1.5 px-2 py-2 sm:px-3">
        <div className="flex flex-wrap items-center gap-x-1 gap-y-1.5">
          <IconButton
            label="Replace"
            icon={ChevronRight}
            size="sm"
            aria-expanded={isReplacing}
            onClick={() => setReplacing(!isReplacing)}
            className={isReplacing ? "[&_svg]:rotate-90" : ""}
          />
          <span className="relative min-w-40 flex-1 basis-52">
            <input
              ref={field}
              type="search"
              aria-label="Find"
              placeholder="Find in names, types, variables and configs"
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(event) => find.setQuery(event.target.value)}
              onKeyDown={onQueryKey}
              className={joinClasses(fieldBox, "h-8 pr-18 pointer-coarse:h-10 pointer-coarse:pr-22")}
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
          <span className="flex items-center max-sm:w-full">
            <span
              data-find-count=""
              className="min-w-20 px-1.5 text-sm whitespace-nowrap text-muted tabular-nums max-sm:flex-1"
            >
              {describeCount(state)}
            </span>
            <IconButton
              label="Previous match"
              icon={ArrowUp}
              shortcut="Shift+F3"
              size="sm"
              disabledReason={nothing}
              onClick={find.previous}
            />
            <IconButton
              label="Next match"
              icon={ArrowDown}
              shortcut="F3"
              size="sm"
              disabledReason={nothing}
              onClick={find.next}
            />
            <IconButton
              label="Close find"
              icon={X}
              shortcut="Escape"
              size="sm"
              onClick={() => onClose(query)}
            />
          </span>
        </div>
        {isReplacing && (
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
                if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
                event.preventDefault();
                find.replaceCurrent();
              }}
              className={joinClasses(fieldBox, "h-8 max-w-full min-w-40 flex-1 basis-52 pointer-coarse:h-10")}
            />
            <Button
              disabledReason={
                isReplaceable || nothing !== undefined || current < 0
                  ? nothing
                  : "Types and names of fields are not replaced."
              }
              onClick={find.replaceCurrent}
            >
              Replace
            </Button>
            <Button
              disabledReason={chosen === 0 ? "No match is chosen to be replaced." : undefined}
              onClick={find.replaceChosen}
            >
              Replace {chosen.toLocaleString("en-GB")} chosen
            </Button>
          </div>
        )}
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
          onOpen={(index, key) => {
            find.goTo(index);
            actions.inspect(key);
          }}
        />
      )}
      {hasMore && (
        <p className="border-t border-line px-3 py-1.5 text-xs text-muted">
          These are the first {FIND_LIMIT.toLocaleString("en-GB")} matches; there are more. Type more to
          narrow them.
        </p>
      )}
    </section>
  );
}

function describeCount(state: FindState): string {
  const { query, searched, matches, current } = state;
  if (query === "") return "";
  if (query !== searched) return "Searching…";
  if (matches.length === 0) return "No matches";
  return current < 0
    ? countMatches(state)
    : `${(current + 1).toLocaleString("en-GB")} of ${countMatches(state)}`;
}
