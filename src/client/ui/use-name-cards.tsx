import { type ReactNode, useCallback, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { CodeName, ShownCard } from "./code-name-cards.ts";

/** What a code field knows of the names in its text. */
export interface CodeNames {
  /** The name at an offset; none where the text is not the one that is known. */
  readonly find: (text: string, offset: number) => CodeName | undefined;
  /** What is known of a name, for a card beside it. */
  readonly describe: (name: string, close: () => void) => ReactNode;
  readonly rename: (name: string) => void;
}

/** The card that CodeMirror shows about a name, drawn by React inside of it; both handlers stay the same. */
export function useNameCards(names: CodeNames | undefined) {
  const [shown, setShown] = useState<ShownCard>();
  const onHide = useCallback(
    (host: HTMLElement) => setShown((card) => (card?.host === host ? undefined : card)),
    [],
  );
  const card =
    shown &&
    createPortal(<NameCard card={shown}>{names?.describe(shown.name, shown.close)}</NameCard>, shown.host);
  return { card, onShow: setShown, onHide };
}

function NameCard({ card, children }: { readonly card: ShownCard; readonly children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  // CodeMirror owns the host; the focus goes into the card once it is drawn there.
  useLayoutEffect(() => {
    if (card.isAskedFor) element.current?.focus({ preventScroll: true });
  }, [card]);
  return (
    <div
      ref={element}
      role="group"
      aria-label={`About ${card.name}`}
      tabIndex={-1}
      onBlur={(event) => {
        if (card.isAskedFor && !event.currentTarget.contains(event.relatedTarget)) card.close();
      }}
      className="max-h-60 overflow-y-auto rounded-md p-3 font-sans text-sm focus-inset"
    >
      {children}
    </div>
  );
}
