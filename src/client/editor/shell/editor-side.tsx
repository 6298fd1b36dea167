import { memo, useEffect, useRef } from "react";
import { useStore } from "zustand";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useEditor, useIsPanelShown } from "#client/editor/session/editor-provider.tsx";
import type { FlowTabName } from "#client/editor/session/flow-tabs.tsx";
import { usePanelColumns } from "#client/editor/session/panel-columns.ts";
import type { EditorPanel, EditorPanelProps } from "#client/editor/session/side-panels.ts";
import { EDITOR_PANELS } from "./editor-panels.tsx";
import { FlowMinimapColumn } from "./right-pane.tsx";

const COLUMNS = EDITOR_PANELS.toSorted((a, b) => Number(a.place === "pane") - Number(b.place === "pane"));

type PanelHandlers = Pick<EditorPanelProps, "onGoTo" | "onShowStep">;

type EditorSidePanelsProps = PanelHandlers & { readonly tab: FlowTabName };

/** Lays out the open panels: in columns beside the view or, on narrow pages, as sheets and bars below it. */
export const EditorSidePanels = memo(function EditorSidePanels({ tab, ...handlers }: EditorSidePanelsProps) {
  const hasPane = tab === "steps";
  const isMapPermanent = usePanelColumns() === 3 && hasPane;
  return (
    // Only the Steps view has a pane that fills the rest of a wide page.
    <div className={joinClasses("contents beside:flex beside:min-h-0", hasPane && "wide:flex-1")}>
      {isMapPermanent && <FlowMinimapColumn />}
      {COLUMNS.map(
        (panel) =>
          (hasPane || panel.place === "side") && <PanelPlace key={panel.id} panel={panel} {...handlers} />,
      )}
    </div>
  );
});

/** Hides a panel that is open but has no room, so that it keeps its state. A hidden sheet would still cover the page. */
function PanelPlace({ panel, ...handlers }: PanelHandlers & { readonly panel: EditorPanel }) {
  const { id, Component } = panel;
  const { panels } = useEditor();
  const isOpen = useStore(panels, ({ open }) => open.includes(id));
  const isShown = useIsPanelShown(id);
  const hasColumns = usePanelColumns() > 0;
  const place = useRef<HTMLDivElement>(null);
  // After the effect that starts a test run, which takes a focus inside the panel for the user's.
  useEffect(() => {
    if (isShown && document.activeElement?.closest(`[data-panel].hidden, [data-panel-button=${id}]`))
      place.current?.querySelector<HTMLElement>("h2")?.focus();
  }, [isShown, id]);
  return (
    isOpen &&
    (isShown || hasColumns) && (
      <div ref={place} data-panel={id} className={isShown ? "contents" : "hidden"}>
        <Component panel={panel} onClose={() => panels.close(id)} {...handlers} />
      </div>
    )
  );
}
