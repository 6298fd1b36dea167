import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { FlowTabName } from "#client/editor/session/flow-tabs.tsx";
import { usePanelColumns } from "#client/editor/session/panel-columns.ts";
import type { EditorPanel } from "#client/editor/session/side-panels.ts";
import { PANEL_BUTTON_CLASSES, usePanelToggle } from "#client/editor/session/use-panel-toggle.ts";
import { EDITOR_PANELS } from "./editor-panels.tsx";

export function PanelButtons({ tab }: { readonly tab: FlowTabName }) {
  const isPanePermanent = usePanelColumns() === 3;
  return EDITOR_PANELS.map((panel) => {
    if (panel.place === "pane" && (tab !== "steps" || isPanePermanent)) return null;
    if (panel.Button !== undefined) return panel.Button && <panel.Button key={panel.id} />;
    return <PanelButton key={panel.id} panel={panel} />;
  });
}

/** The button of a panel that has no other: with its icon and label. */
function PanelButton({ panel: { id, label, name, icon: Icon, place } }: { readonly panel: EditorPanel }) {
  const isModal = usePanelColumns() === 0 && place === "pane";
  const { isShown, toggle } = usePanelToggle(id);
  return (
    <button
      type="button"
      data-panel-button={id}
      aria-expanded={isModal ? undefined : isShown}
      aria-haspopup={isModal ? "dialog" : undefined}
      onClick={toggle}
      {...getTooltipProps(`${isShown ? "Hide" : "Show"} ${name}`)}
      className={PANEL_BUTTON_CLASSES}
    >
      <Icon aria-hidden="true" className="size-4" />
      <span className="max-xs:sr-only">{label}</span>
    </button>
  );
}
