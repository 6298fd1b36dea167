import { MoreHorizontal, X } from "lucide-react";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { StepNode as Station } from "#client/flow/step-node.tsx";
import { topmostSteps } from "#core/move-steps.ts";
import { findStep, locateSteps } from "#core/step-list.ts";
import { isEnabled, stepName, stepType } from "#core/step.ts";
import { Button } from "#client/ui/button.tsx";
import { ariaShortcut } from "#client/ui/format-shortcut.ts";
import { joinClasses } from "#client/ui/join-classes.ts";
import { formatCount, formatNumber } from "#client/ui/format-count.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { Kbd } from "#client/ui/kbd.tsx";
import { MenuButton } from "#client/ui/menu-button.tsx";
import type { MenuItem } from "#client/ui/menu-entry.ts";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { useEditor, useStepSelection } from "./editor-context.tsx";
import { shortcuts } from "./shortcuts.ts";
import { copyEntries, deleteEntry, moveEntries, switchEntries } from "./step-entries.ts";

/** Names that are listed before the rest is a number. */
const NAMED = 8;

/** What can be done to several selected steps: beside the list, or as a bar under it where there is no room beside. */
export function SelectedSteps() {
  const editor = useEditor();
  const { actions } = editor;
  const flow = useOpenFlowState((state) => state.history.document);
  const keys = useStepSelection((state) => state.keys);
  const isBeside = useMediaQuery("(min-width: 900px)");
  const selected = [...locateSteps(flow).keys()].filter((key) => keys.has(key));
  const [lead] = selected;
  if (lead === undefined) return null;

  const targets = { keys: selected, lead, movedWith: "elsewhere" } as const;
  const nodes = selected.flatMap((key) => findStep(flow, key) ?? []);
  const switches = switchEntries(editor, targets);
  const moves = moveEntries(editor, targets);
  const copies = copyEntries(editor, targets);
  const remove = deleteEntry(editor, targets);
  // What is pressed may be gone by that: what was moved into a branch is moved out of it next.
  const press = (entry: MenuItem) => {
    entry.onSelect();
    requestAnimationFrame(() => document.activeElement === document.body && actions.focusStep(lead));
  };
  const title = `${formatCount(selected.length, "step")} selected`;
  const inside = selected.length - topmostSteps(flow, selected).length;
  const clear = (
    <IconButton
      label="Select none"
      icon={X}
      shortcut={shortcuts.clear.keys[0]}
      onClick={actions.clearSelection}
    />
  );

  if (!isBeside) {
    const quick = [switches[0], moves.at(-1), copies[0], remove].filter((entry) => entry !== undefined);
    return (
      <section
        aria-label="Selection"
        data-selection-pane=""
        className="flex items-center gap-1 border-t border-line bg-raised px-2 py-1.5"
      >
        {clear}
        <h2 className="mr-auto min-w-0 truncate text-sm font-medium">{title}</h2>
        {quick.map((entry) => (
          <IconButton
            key={entry.label}
            label={entry.label}
            icon={entry.icon ?? MoreHorizontal}
            onClick={() => press(entry)}
            // The menu has it too, and the words need the room more.
            className={joinClasses(
              entry.danger && "text-danger!",
              entry === copies[0] && "max-[479px]:hidden",
            )}
          />
        ))}
        <MenuButton
          label={`More for ${title}`}
          icon={MoreHorizontal}
          entries={() => [
            ...switches,
            { type: "separator" },
            ...moves,
            { type: "separator" },
            ...copies,
            { type: "separator" },
            remove,
          ]}
        />
      </section>
    );
  }
  return (
    <aside
      aria-label="Selection"
      data-selection-pane=""
      className="flex w-[clamp(20rem,34vw,30rem)] shrink-0 flex-col gap-4 overflow-y-auto border-l border-line bg-surface px-4 pt-3 pb-8"
    >
      <header className="flex items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">{title}</h2>
        {clear}
      </header>
      <ul className="flex flex-col gap-1.5 text-sm">
        {nodes.slice(0, NAMED).map((node) => (
          <li key={node.key} className="flex min-w-0 items-center gap-2.5">
            <Station type={stepType(node)} enabled={isEnabled(node)} />
            <span dir="auto" className="truncate">
              {stepName(node)}
            </span>
          </li>
        ))}
        {nodes.length > NAMED && (
          <li className="text-muted">and {formatNumber(nodes.length - NAMED)} more</li>
        )}
      </ul>
      {inside > 0 && (
        <p className="text-sm text-muted">
          {formatNumber(inside)} of them {inside === 1 ? "is" : "are"} inside another one, and{" "}
          {inside === 1 ? "goes" : "go"} along with it.
        </p>
      )}
      <EntryButtons entries={switches} onPress={press} />
      <EntryButtons entries={moves} onPress={press} />
      <EntryButtons entries={copies} onPress={press} />
      <EntryButtons entries={[remove]} onPress={press} />
    </aside>
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
            aria-keyshortcuts={entry.shortcut && ariaShortcut(entry.shortcut)}
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
              <Kbd shortcut={entry.shortcut} />
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
