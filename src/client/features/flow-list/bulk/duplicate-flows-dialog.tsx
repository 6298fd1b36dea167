import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CreateFlowBody, FlowListItem } from "#contract/flow.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { createSortableId } from "#client/data/api/create-sortable-id.ts";
import { createFlowCopy, readFlowCopy } from "#client/data/mutations/duplicate-flow.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { BulkDialog } from "#client/flow/bulk/bulk-dialog.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import type { BulkFlowDialogProps } from "./bulk-actions.tsx";
import { FlowNames } from "./flow-names.tsx";

const words = { verb: "Duplicate", running: "Duplicating", done: "duplicated" };

export function DuplicateFlowsDialog({ flows, onClose, returnFocus }: BulkFlowDialogProps) {
  const client = useQueryClient();
  /** The request of each flow: a repeated request must have the same body and key, so that it creates no second copy. */
  const [requests] = useState(
    () => new Map<string, { readonly body: CreateFlowBody; readonly key: string }>(),
  );
  const duplicate = async ({ id }: FlowListItem) => {
    const request = requests.get(id) ?? { body: await readFlowCopy(id), key: createSortableId("create") };
    requests.set(id, request);
    await createFlowCopy(id, request.body, request.key);
    return `Created ${quoteName(request.body.name)}.`;
  };
  return (
    <BulkDialog
      title={`Duplicate ${formatCount(flows.length, "flow")}?`}
      description="Creates a draft “Copy of …” of the saved version of each flow."
      words={words}
      onClose={onClose}
      returnFocus={returnFocus}
      items={flows}
      perform={duplicate}
      onEnd={() => void client.invalidateQueries({ queryKey: flowQueries.lists() })}
    >
      <FlowNames flows={flows} />
    </BulkDialog>
  );
}
