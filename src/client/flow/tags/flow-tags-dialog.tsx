import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Flow } from "#contract/flow.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { readDeviceTags } from "#client/data/device/device-tags.ts";
import { flowTagMutations } from "#client/data/mutations/flow-tag-mutations.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { ErrorNote } from "#client/page/error-note.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import {
  FlowTagsEditor,
  NO_TAG_CHANGE,
  explainTooManyTags,
  keepEffectiveTagChange,
  useTagStorageNote,
} from "./flow-tags-editor.tsx";

type FlowTagsDialogProps = {
  readonly flow: Pick<Flow, "id" | "name" | "tags">;
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** Sends only the added and removed tags, so that changes of other users persist. */
export function FlowTagsDialog({ flow, onClose, returnFocus }: FlowTagsDialogProps) {
  const tags = flow.tags ?? readDeviceTags(flow.id);
  const { mutate, isPending, error } = useMutation(flowTagMutations.change(flow.id));
  const [change, setChange] = useState(NO_TAG_CHANGE);
  const flows = [tags];
  const save = () => {
    const effective = keepEffectiveTagChange(flows, change);
    if (effective.add.length + effective.remove.length === 0) return onClose();
    mutate(effective, {
      onSuccess: (saved) => {
        onClose();
        announceToScreenReaders(`Tags of ${quoteName(flow.name)}: ${saved.join(", ") || "none"}.`);
      },
    });
  };
  return (
    <Dialog
      title={`Tags of ${quoteName(flow.name)}`}
      description={useTagStorageNote()}
      size="sm"
      onClose={onClose}
      {...(returnFocus && { returnFocus })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={isPending}
            disabledReason={explainTooManyTags(tags, change)}
            onClick={save}
          >
            Save tags
          </Button>
        </>
      }
    >
      <FlowTagsEditor flows={flows} change={change} onChange={setChange} />
      {error && (
        <ErrorNote className="mt-3">Couldn’t save the tags. {describeRequestErrorForUser(error)}</ErrorNote>
      )}
    </Dialog>
  );
}
