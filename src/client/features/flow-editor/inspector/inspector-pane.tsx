import { X } from "lucide-react";
import type { StepNode } from "#core/flow-document.ts";
import { stepName } from "#core/step.ts";
import { Dialog } from "#client/ui/dialog.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { StepInspector } from "./step-inspector.tsx";

type InspectorPaneProps = { readonly node: StepNode; readonly onClose: () => void };

/** The inspector beside the list, or as a sheet over it where there is no room beside. */
export function InspectorPane({ node, onClose }: InspectorPaneProps) {
  const isBeside = useMediaQuery("(min-width: 900px)");
  if (!isBeside) {
    return (
      <Dialog title="Step" variant="sheet" onClose={onClose}>
        <div data-inspector={node.key}>
          <StepInspector key={node.key} node={node} />
        </div>
      </Dialog>
    );
  }
  return (
    <aside
      aria-label={`Inspector of ${stepName(node)}`}
      className="flex w-[clamp(20rem,34vw,30rem)] shrink-0 flex-col border-l border-line bg-surface"
      onKeyDown={(event) => {
        // Escape leads back to the row, unless the field had a use for it.
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <div data-inspector={node.key} className="min-h-0 flex-1 overflow-y-auto px-4 pt-3 pb-8">
        <StepInspector
          key={node.key}
          node={node}
          close={
            <IconButton label="Close inspector" icon={X} shortcut="Escape" size="sm" onClick={onClose} />
          }
        />
      </div>
    </aside>
  );
}
