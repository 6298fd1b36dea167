import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { LazyDialog } from "#client/ui/overlays/lazy-dialog.ts";
import { PanelColumn } from "./panel-column.tsx";
import { usePanelColumns } from "./panel-columns.ts";
import type { EditorPanelProps } from "./side-panels.ts";

type PanelFrameProps = Pick<EditorPanelProps, "panel" | "onClose"> & {
  readonly width?: string;
  readonly children: ReactNode;
};

/** A panel with a heading: a column beside the step list, or a sheet. Focuses the heading of a column. */
export function PanelFrame({
  panel: { id, label, name },
  onClose,
  width = "xl:w-80",
  children,
}: PanelFrameProps) {
  const columns = usePanelColumns();
  const [opener] = useState(() => document.activeElement);
  const heading = useRef<HTMLHeadingElement>(null);
  // After the content's effects: one starts a test run, and checks first where the focus was.
  useEffect(() => heading.current?.focus(), []);
  const close = () => {
    onClose();
    const isThere = opener instanceof HTMLElement && opener !== document.body && opener.isConnected;
    requestFocusWhenRendered(() =>
      isThere ? opener : document.querySelector<HTMLElement>(`[data-panel-button=${id}]`),
    );
  };

  if (columns === 0) {
    return (
      <LazyDialog title={label} variant="sheet" onClose={close}>
        <div data-panel={id}>{children}</div>
      </LazyDialog>
    );
  }
  return (
    <PanelColumn label={label} onClose={close} width={width}>
      <header className="flex shrink-0 items-center justify-between gap-2 pt-3 pr-3 pb-1 pl-4">
        <h2 ref={heading} tabIndex={-1} data-panel-heading={id} className="font-semibold">
          {label}
        </h2>
        <IconButton label={`Close ${name}`} icon={X} shortcut="Escape" size="sm" onClick={close} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">{children}</div>
    </PanelColumn>
  );
}
