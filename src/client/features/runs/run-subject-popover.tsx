import type { RefObject } from "react";
import type { RunFilters } from "#client/data/queries/run-filters.ts";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { FlowField } from "#client/flow/pickers/flow-field.tsx";
import { TagFilterContent } from "#client/flow/tags/tag-filter-popover.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { ButtonPopover } from "#client/ui/overlays/button-popover.tsx";

type RunSubjectPopoverProps = {
  readonly trigger: RefObject<HTMLButtonElement | null>;
  readonly flow: string;
  readonly tag: string | undefined;
  readonly onChoose: (subject: Pick<RunFilters, "flow" | "tag">) => void;
  readonly onClose: () => void;
};

export function RunSubjectPopover({ trigger, flow, tag, onChoose, onClose }: RunSubjectPopoverProps) {
  const hasTags = useOffersFeature("tags");
  const isNarrowed = flow !== "" || tag !== undefined;
  const chooseFlow = (id: string) => {
    if (id !== "") onChoose({ flow: id });
    // The text is that of no flow any more.
    else if (flow !== "") onChoose({});
  };
  const showAll = () => {
    onChoose({});
    onClose();
  };
  return (
    <ButtonPopover label="Filter by flow or tag" trigger={trigger} onClose={onClose}>
      <div className="p-1">
        <FlowField value={flow} onChange={chooseFlow} isFocusedFirst />
      </div>
      {hasTags && (
        <TagFilterContent
          selected={tag === undefined ? [] : [tag]}
          // One tag at a time: the newest choice replaces the last.
          onChange={(tags) => {
            const newest = tags.at(-1);
            onChoose(newest === undefined ? {} : { tag: newest });
          }}
        />
      )}
      {isNarrowed && tag === undefined && (
        <Button size="sm" variant="ghost" className="self-start" onClick={showAll}>
          Show all flows
        </Button>
      )}
    </ButtonPopover>
  );
}
