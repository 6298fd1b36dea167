import { type ReactNode, useCallback, useState } from "react";
import { createPortal } from "react-dom";
import type { VariableNameRange, DisplayedVariableHoverCard } from "./variable-hover-card-extension.ts";

export interface VariableHoverCardSource {
  /** Undefined if `text` has changed since its analysis, because the offsets are then outdated. */
  readonly find: (text: string, offset: number) => VariableNameRange | undefined;
  readonly describe: (name: string, close: () => void) => ReactNode;
  readonly rename: (name: string) => void;
}

export function useVariableHoverCards(names: VariableHoverCardSource | undefined) {
  const [shown, setShown] = useState<DisplayedVariableHoverCard>();
  const onHide = useCallback(
    (host: HTMLElement) => setShown((card) => (card?.host === host ? undefined : card)),
    [],
  );
  const card =
    shown &&
    createPortal(<NameCard card={shown}>{names?.describe(shown.name, shown.close)}</NameCard>, shown.host);
  return { card, onShow: setShown, onHide };
}

function NameCard({
  card,
  children,
}: {
  readonly card: DisplayedVariableHoverCard;
  readonly children: ReactNode;
}) {
  const focusIfAskedFor = useCallback(
    (element: HTMLDivElement | null) => {
      if (card.isAskedFor) element?.focus({ preventScroll: true });
    },
    [card],
  );
  return (
    <div
      ref={focusIfAskedFor}
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
