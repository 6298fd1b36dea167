import { useEffect, useEffectEvent, useRef, useState } from "react";

const DEBOUNCE_MS = 250;

type SubscribeToNavigations = (onNavigate: () => void) => () => void;

export interface SearchTextState {
  readonly text: string;
  /** Whether the URL does not have the text yet. */
  readonly isPending: boolean;
  readonly type: (text: string) => void;
  /** Cancels the pending search and returns its text, for a navigation that includes the text. */
  readonly takePending: () => string | undefined;
}

/** Another change of the URL replaces the text. Every navigation cancels a pending search of the previous page. */
export function useDebouncedSearchText(
  searched: string,
  onSearch: (text: string) => void,
  subscribeToNavigations: SubscribeToNavigations,
): SearchTextState {
  const [text, setText] = useState(searched);
  const [known, setKnown] = useState({ searched, sent: searched });
  const pending = useRef<{ readonly text: string; readonly timer: ReturnType<typeof setTimeout> }>(undefined);

  if (known.searched !== searched) {
    setKnown({ searched, sent: searched });
    if (searched !== known.sent) setText(searched);
  }

  const takePending = () => {
    const taken = pending.current;
    if (!taken) return undefined;
    clearTimeout(taken.timer);
    pending.current = undefined;
    setKnown((before) => ({ ...before, sent: taken.text }));
    return taken.text;
  };
  const cancel = useEffectEvent(() => {
    if (takePending() === undefined) return;
    setKnown((before) => ({ ...before, sent: searched }));
    setText(searched);
  });
  // Unmounting would be too late: the router keeps a page mounted while the next one loads.
  useEffect(() => {
    const stop = subscribeToNavigations(() => cancel());
    return () => {
      stop();
      clearTimeout(pending.current?.timer);
    };
  }, [subscribeToNavigations]);

  const type = (next: string) => {
    setText(next);
    clearTimeout(pending.current?.timer);
    const search = () => {
      const taken = takePending();
      if (taken !== undefined) onSearch(taken);
    };
    pending.current = { text: next.trim(), timer: setTimeout(search, DEBOUNCE_MS) };
    if (next === "") search();
  };
  return { text, isPending: text.trim() !== searched, type, takePending };
}
