import { useEffect, useRef, useState } from "react";

const SETTLE_MS = 250;

/**
 * The text of a search box whose settled value lives in the address. What is typed shows at once and is handed on when
 * the keys rest; an address that changes by itself (Back, a link) replaces the text, one that was handed on does not.
 */
export function useSearchText(settled: string, onSettle: (text: string) => void) {
  const [text, setText] = useState(settled);
  const [known, setKnown] = useState({ settled, sent: settled });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  if (known.settled !== settled) {
    setKnown({ settled, sent: settled });
    if (settled !== known.sent) setText(settled);
  }

  // A timer of a page that has been left would lead back to it.
  useEffect(() => () => clearTimeout(timer.current), []);

  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    const settle = () => {
      setKnown((before) => ({ ...before, sent: next.trim() }));
      onSettle(next.trim());
    };
    // Clearing is a decision, not typing.
    if (next === "") settle();
    else timer.current = setTimeout(settle, SETTLE_MS);
  };
  return [text, type] as const;
}
