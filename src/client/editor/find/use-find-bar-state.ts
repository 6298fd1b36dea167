import { useCallback, useRef, useState } from "react";
import type { StepKey } from "#core/document/flow-document.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";

/** Maximum length of a selection that becomes the query, in UTF-16 code units: users do not search for longer texts. */
const MAX_QUERY = 200;

/** Opens and closes the find bar. Closing returns the focus to the step or element that had it before. */
export function useFindBarState({ list, finder }: Pick<Editor, "list" | "finder">) {
  /** `initialQuery`: the selected text, else the last query. Undefined while the bar is closed. */
  const [bar, setBar] = useState<{ readonly initialQuery: string }>();
  const opener = useRef<{ readonly element: Element | null; readonly step: StepKey | undefined }>(undefined);
  const lastQuery = useRef("");

  const open = useCallback(() => {
    const selected = getSelection()?.toString() ?? "";
    const isUsable = selected !== "" && selected.length <= MAX_QUERY && !selected.includes("\n");
    const query = isUsable ? selected : "";
    if (finder.current) {
      finder.current.search(query);
      return;
    }
    opener.current ??= readOpener();
    setBar({ initialQuery: query || lastQuery.current });
  }, [finder]);

  const close = useCallback(
    (query: string) => {
      lastQuery.current = query;
      setBar(undefined);
      const { element, step } = opener.current ?? {};
      opener.current = undefined;
      // Finds the row by its step, because scrolling may have unmounted the element that had the focus.
      if (step !== undefined) list.current?.focusStep(step);
      else
        requestFocusWhenRendered(() =>
          element instanceof HTMLElement && element.isConnected && element !== document.body
            ? element
            : document.querySelector<HTMLElement>("[data-step-key][tabindex='0'], [data-add-step]"),
        );
    },
    [list],
  );

  return { bar, open, close };
}

function readOpener() {
  const element = document.activeElement;
  const row = element?.matches("[data-step-key]") ? element.getAttribute("data-step-key") : null;
  return { element, step: row === null ? undefined : (row as StepKey) };
}
