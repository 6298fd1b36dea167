import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeFlowTags } from "#core/document/flow-tags.ts";
import { changeTagsOfFlow } from "#client/data/mutations/flow-tag-mutations.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { BulkDialog } from "#client/flow/bulk/bulk-dialog.tsx";
import {
  FlowTagsEditor,
  NO_TAG_CHANGE,
  explainTooManyTags,
  keepEffectiveTagChange,
  useTagStorageNote,
} from "#client/flow/tags/flow-tags-editor.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import type { BulkFlowDialogProps } from "./bulk-actions.tsx";
import { quoteName } from "#core/text/quote-name.ts";

const words = { verb: "Tag", running: "Tagging", done: "tagged" };

/** Sends no request for flows whose tags would not change. */
export function TagFlowsDialog({ flows, onClose, returnFocus }: BulkFlowDialogProps) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState(NO_TAG_CHANGE);
  const tagsOf = flows.map(({ tags = [] }) => tags);
  const change = keepEffectiveTagChange(tagsOf, chosen);
  const items = flows.filter(
    ({ tags = [] }) => changeFlowTags(tags, change).join("\n") !== changeFlowTags(tags, {}).join("\n"),
  );
  const overfull = items.find(({ tags = [] }) => explainTooManyTags(tags, change) !== undefined);
  const note = useTagStorageNote();
  return (
    <BulkDialog
      title={`Tag ${formatCount(flows.length, "flow")}`}
      description={`Publishing and versions are not affected.${note === undefined ? "" : ` ${note}`}`}
      size="sm"
      words={words}
      items={items}
      onClose={onClose}
      returnFocus={returnFocus}
      skipped={flows.filter((flow) => !items.includes(flow)).map((item) => ({ item, reason: "No change." }))}
      blocked={
        items.length === 0
          ? "Add or remove a tag first."
          : overfull && `${quoteName(overfull.name)} would have too many tags.`
      }
      perform={async ({ id }) => {
        const saved = await changeTagsOfFlow(client, id, change);
        return saved.length > 0 ? saved.join(", ") : "No tags.";
      }}
      onEnd={() => void client.invalidateQueries({ queryKey: flowQueries.all() })}
    >
      <FlowTagsEditor flows={tagsOf} change={chosen} onChange={setChosen} />
    </BulkDialog>
  );
}
