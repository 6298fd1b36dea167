import { MoreHorizontal, X } from "lucide-react";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as FlowNode } from "#client/flow/step-node.tsx";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { isStepEnabled, getStepName, getStepType } from "#core/document/step.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { toAriaShortcut } from "#client/ui/format/format-shortcut.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { KeyboardKey } from "#client/ui/controls/inline-text.tsx";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import type { MenuItem } from "#client/ui/overlays/menu.tsx";
import { useEditor, useStepSelection } from "#client/editor/session/editor-provider.tsx";
import { usePanelColumns } from "#client/editor/session/panel-columns.ts";
import { PanelColumn } from "#client/editor/session/panel-column.tsx";
import { NO_ACTION_TARGET_STEPS } from "#client/editor/actions/define-action.ts";
import { listMenuItemsForSelectedSteps, listSelectionMenuEntries } from "#client/editor/actions/menus.ts";
import { clearSelectionAction } from "#client/editor/actions/select.ts";

/** Maximum number of step names listed; further steps are only counted. */
const MAX_NAMED_STEPS = 8;

/** Shows the actions on several selected steps, in a side panel or, on narrow screens, in a bar below the list. */
export function SelectedStepsPanel() {
  const editor = useEditor();
  const flow = useOpenFlowState((state) => state.history.document);
  const keys = useStepSelection((state) => state.keys);
  const hasColumns = usePanelColumns() > 0;
  const selected = [...getLocationsOfAllSteps(flow).keys()].filter((key) => keys.has(key));
  const [lead] = selected;
  if (lead === undefined) return null;

  const nodes = selected.flatMap((key) => findStep(flow, key) ?? []);
  const sections = listMenuItemsForSelectedSteps(editor, selected);
  const [switches = [], moves = [], copies = [], removals = []] = sections;
  // Restores the focus if the action removed its own button: after “move into a branch”, the button is “move out”.
  const press = (entry: MenuItem) => {
    entry.onSelect();
    requestAnimationFrame(() => document.activeElement === document.body && editor.focusStep(lead));
  };
  const title = `${formatCount(selected.length, "step")} selected`;
  const inside = selected.length - getTopmostSteps(flow, selected).length;
  const clear = (
    <IconButton
      label="Clear selection"
      icon={X}
      shortcut={clearSelectionAction.keys[0]}
      onClick={() => clearSelectionAction.run(editor, NO_ACTION_TARGET_STEPS)}
    />
  );

  if (!hasColumns) {
    const quick = [switches[0], moves.at(-1), copies[0], removals[0]].filter((entry) => entry !== undefined);
    return (
      <section
        aria-label="Selection"
        className="flex items-center gap-1 border-t border-line bg-raised px-2 py-1.5"
      >
        {clear}
        <h2 className="mr-auto min-w-0 truncate text-sm font-medium">{title}</h2>
        {quick.map((entry) => (
          <IconButton
            key={entry.label}
            label={entry.label}
            icon={entry.icon ?? MoreHorizontal}
            disabledReason={entry.disabledReason}
            onClick={() => press(entry)}
            // On the narrowest screens, the title needs the space, and the menu has the same action.
            className={joinClasses(entry.danger && "text-danger!", entry === copies[0] && "max-xs:hidden")}
          />
        ))}
        <MenuButton
          label={`Actions for ${title}`}
          icon={MoreHorizontal}
          entries={() => listSelectionMenuEntries(editor, selected)}
        />
      </section>
    );
  }
  return (
    <PanelColumn label="Selection">
      <header className="flex h-13 shrink-0 items-center justify-between gap-2 border-b border-line pr-2 pl-4">
        <h2 className="min-w-0 truncate font-semibold">{title}</h2>
        {clear}
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 pt-4 pb-8 *:max-w-md">
        <ul className="flex flex-col gap-1.5 text-sm">
          {nodes.slice(0, MAX_NAMED_STEPS).map((node) => (
            <li key={node.key} className="flex min-w-0 items-center gap-2.5">
              <FlowNode type={getStepType(node)} enabled={isStepEnabled(node)} />
              <span dir="auto" className="truncate">
                {getStepName(node)}
              </span>
            </li>
          ))}
          {nodes.length > MAX_NAMED_STEPS && (
            <li className="text-muted">and {formatNumber(nodes.length - MAX_NAMED_STEPS)} more</li>
          )}
        </ul>
        {inside > 0 && (
          <p className="text-sm text-muted">
            Includes {formatCount(inside, "step")} nested in another selected step.
          </p>
        )}
        {sections.map((entries, index) => (
          <EntryButtons key={index} entries={entries} onPress={press} />
        ))}
      </div>
    </PanelColumn>
  );
}

type EntryButtonsProps = {
  readonly entries: readonly MenuItem[];
  readonly onPress: (entry: MenuItem) => void;
};

function EntryButtons({ entries, onPress }: EntryButtonsProps) {
  return (
    <div className="flex flex-col border-t border-line pt-2">
      {entries.map((entry) => (
        <div key={entry.label} className="relative flex flex-col">
          <Button
            variant="ghost"
            {...(entry.icon && { icon: entry.icon })}
            disabledReason={entry.disabledReason}
            aria-keyshortcuts={entry.shortcut && toAriaShortcut(entry.shortcut)}
            onClick={() => onPress(entry)}
            className={joinClasses(
              "min-w-0 justify-start pr-24",
              entry.danger ? "text-danger!" : "text-ink!",
            )}
          >
            <span className="truncate">{entry.label}</span>
          </Button>
          {entry.shortcut && (
            <span
              aria-hidden="true"
              className="pointer-events-none absolute inset-y-0 right-2 flex items-center pointer-coarse:hidden"
            >
              <KeyboardKey shortcut={entry.shortcut} />
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
