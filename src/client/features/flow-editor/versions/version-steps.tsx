import { X } from "lucide-react";
import { useState } from "react";
import type { FlowDocument, StepKey, StepNode } from "#core/flow-document.ts";
import { ownFields } from "#core/own-fields.ts";
import { findStep } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import { useIndent } from "#client/features/flow-editor/step-list/lanes.ts";
import { useRowHeight } from "#client/features/flow-editor/step-list/row-height.ts";
import { deepestLevel, flattenSteps } from "#client/features/flow-editor/step-list/step-rows.ts";
import { CodeField } from "#client/ui/code-field.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { useRowScroller } from "#client/ui/use-row-scroller.ts";
import { VersionStepRow } from "./version-step-row.tsx";

const unfolded: ReadonlySet<StepKey> = new Set();

/** The steps of a version on their line, windowed; the one that is chosen shows all that it says. */
export function VersionSteps({ document }: { readonly document: FlowDocument }) {
  const [selected, setSelected] = useState<StepKey>();
  const rows = flattenSteps(document, unfolded);
  const rowHeight = useRowHeight();
  const indent = useIndent(deepestLevel(rows));
  const { scroller, list, activeIndex, items, height, goTo, listeners } = useRowScroller({ rows, rowHeight });
  const node = selected === undefined ? undefined : findStep(document, selected);
  const close = () => {
    setSelected(undefined);
    const index = rows.findIndex((row) => row.type === "step" && row.node.key === selected);
    if (index >= 0) goTo(index);
  };

  return (
    <div className="flex min-h-0 flex-1">
      <div
        ref={scroller}
        className="min-h-0 min-w-0 flex-1 overflow-y-auto overscroll-contain [overflow-anchor:none]"
      >
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <ul
          ref={list}
          aria-label="Steps of this version"
          className="relative"
          style={{ height }}
          {...listeners}
        >
          {items.map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <VersionStepRow
                  key={row.id}
                  {...{ document, row, index, rowHeight, indent }}
                  top={start}
                  isActive={index === activeIndex}
                  isSelected={row.type === "step" && row.node.key === selected}
                  onSelect={setSelected}
                />
              )
            );
          })}
        </ul>
      </div>
      {node && <StepPane key={node.key} node={node} onClose={close} />}
    </div>
  );
}

type StepPaneProps = { readonly node: StepNode; readonly onClose: () => void };

/** What a step says, beside the list, or as a sheet over it where there is no room beside. */
function StepPane({ node, onClose }: StepPaneProps) {
  const isBeside = useMediaQuery("(min-width: 900px)");
  const { id } = node.fields;
  const text = JSON.stringify({ ...(id !== undefined && { id }), ...ownFields(node) }, null, 2);
  const json = (
    <CodeField
      label="Step (JSON)"
      size="page"
      language="json"
      text={text}
      onChange={() => undefined}
      readOnly
      hint={node.branches && "The steps inside it are rows of their own."}
    />
  );
  if (!isBeside) {
    return (
      <Dialog title={stepName(node)} variant="sheet" onClose={onClose}>
        {json}
      </Dialog>
    );
  }
  return (
    <aside
      aria-label={`What ${stepName(node)} says`}
      className="flex w-[clamp(20rem,38vw,34rem)] shrink-0 flex-col border-l border-line bg-surface"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="flex shrink-0 items-center gap-2 pt-3 pr-3 pb-1 pl-4">
        <h3 dir="auto" className="min-w-0 flex-1 truncate font-semibold">
          {stepName(node)}
        </h3>
        <IconButton label="Close step" icon={X} shortcut="Escape" size="sm" onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-8">{json}</div>
    </aside>
  );
}
