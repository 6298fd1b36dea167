import type { ReactNode } from "react";

type PanelColumnProps = {
  readonly label: string;
  /** Undefined if the panel is always open. */
  readonly onClose?: (() => void) | undefined;
  /** Classes with the width; by default that of the pane. */
  readonly width?: string;
  readonly children: ReactNode;
};

/** The column of a panel beside the step list. Escape closes it. */
export function PanelColumn({ label, onClose, width = PANE_WIDTH_CLASSES, children }: PanelColumnProps) {
  return (
    <aside
      aria-label={label}
      className={`${COLUMN_CLASSES} ${width}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented || !onClose) return;
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </aside>
  );
}

// The pane has no own width on a wide page: the list gives it only what it does not need itself.
const PANE_WIDTH_CLASSES = "wide:w-auto";

const COLUMN_CLASSES =
  "flex min-h-0 w-[clamp(20rem,34vw,30rem)] shrink-0 flex-col border-l border-line bg-surface wide:min-w-80 wide:flex-1";

/** Keeps the room of the pane while its code loads. */
export const PANE_PLACEHOLDER = (
  <div aria-hidden="true" className={`${COLUMN_CLASSES} ${PANE_WIDTH_CLASSES}`} />
);
