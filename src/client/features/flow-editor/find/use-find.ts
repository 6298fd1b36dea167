import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import type { StepKey } from "#core/flow-document.ts";
import type { Editor } from "#client/features/flow-editor/editor-context.tsx";
import { isCovered } from "#client/features/flow-editor/is-typing.ts";
import { wishFocus } from "#client/ui/focus-wish.ts";

export interface FindRequest {
  /** What to look for at first: the text that was selected, or what was looked for last. */
  readonly query: string;
  /** Counts the requests: each takes the focus to the field, also while the bar is open already. */
  readonly count: number;
}

/** Texts that somebody selected to find them; a longer one was selected for something else. */
const MAX_QUERY = 200;

/** Opens and closes the bar that finds, and gives the focus back to where it was. `isShown`: the steps are. */
export function useFind({ list }: Pick<Editor, "list">, isShown: boolean) {
  const [request, setRequest] = useState<FindRequest>();
  const opener = useRef<{ readonly element: Element | null; readonly step: StepKey | undefined }>(undefined);
  const lastQuery = useRef("");

  const open = useCallback(() => {
    const selected = getSelection()?.toString() ?? "";
    const isUsable = selected !== "" && selected.length <= MAX_QUERY && !selected.includes("\n");
    setRequest((before) => {
      if (!before) opener.current = readOpener();
      // Asked for again, the bar keeps what is being looked for, unless something else was selected.
      const fallback = before ? "" : lastQuery.current;
      return { query: isUsable ? selected : fallback, count: (before?.count ?? 0) + 1 };
    });
  }, []);

  const close = useCallback(
    (query: string) => {
      lastQuery.current = query;
      setRequest(undefined);
      const { element, step } = opener.current ?? {};
      opener.current = undefined;
      // A row that was scrolled out of the page is another element by now.
      if (step !== undefined) list.current?.focusStep(step);
      else
        wishFocus(() =>
          element instanceof HTMLElement && element.isConnected && element !== document.body
            ? element
            : document.querySelector<HTMLElement>("[data-step-key][tabindex='0'], [data-add-step]"),
        );
    },
    [list],
  );

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (
      !(event.ctrlKey || event.metaKey) ||
      event.altKey ||
      event.shiftKey ||
      event.key.toLowerCase() !== "f"
    )
      return;
    if (!isShown || isCovered()) return;
    event.preventDefault();
    open();
  });
  // The capture phase, since fields keep the keys that are pressed in them to themselves.
  useEffect(() => {
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);

  return { request, open, close };
}

function readOpener() {
  const element = document.activeElement;
  const row = element?.matches("[data-step-key]") ? element.getAttribute("data-step-key") : null;
  return { element, step: row === null ? undefined : (row as StepKey) };
}
