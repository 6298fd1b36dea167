import { useQuery } from "@tanstack/react-query";
import { type RefObject, useState } from "react";
import { changeFlowTags, getFlowTagKey } from "#core/document/flow-tags.ts";
import { flowTagQueries } from "#client/data/queries/flow-tag-queries.ts";
import { type PickableTag, TagPicker } from "#client/flow/tags/tag-picker.tsx";
import { QueryStatusNote } from "#client/page/query-status-note.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { ButtonPopover } from "#client/ui/overlays/button-popover.tsx";

type TagFilterProps = {
  readonly selected: readonly string[];
  readonly onChange: (tags: readonly string[]) => void;
};

type TagFilterPopoverProps = TagFilterProps & {
  readonly trigger: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
};

export function TagFilterPopover({ trigger, onClose, ...filter }: TagFilterPopoverProps) {
  return (
    <ButtonPopover label="Filter by tags" trigger={trigger} onClose={onClose}>
      <TagFilterContent {...filter} />
    </ButtonPopover>
  );
}

export function TagFilterContent({ selected, onChange }: TagFilterProps) {
  const [search, setSearch] = useState("");
  const query = useQuery(flowTagQueries.list());
  const { data: inUse } = query;
  const { data: found } = useQuery({ ...flowTagQueries.list(search), enabled: inUse?.hasMore === true });
  const selectedKeys = new Set(selected.map(getFlowTagKey));
  const known = new Map(
    [...(inUse?.tags ?? []), ...(search === "" ? [] : (found?.tags ?? []))].map((tag) => [
      getFlowTagKey(tag.name),
      tag,
    ]),
  );
  const unknown = selected
    .filter((name) => !known.has(getFlowTagKey(name)))
    .map((name) => ({ name, flows: 0 }));
  const tags = [...unknown, ...known.values()].map(({ name, flows }): PickableTag => ({
    name,
    flows: inUse ? flows : undefined,
    state: selectedKeys.has(getFlowTagKey(name)) ? "on" : "off",
  }));
  if (query.error && !inUse) return <QueryStatusNote what="tags" query={query} className="p-2" />;
  return (
    <>
      <TagPicker
        label="Filter by tags"
        placeholder="Search tags"
        tags={tags}
        onToggle={({ name, state }) =>
          onChange(changeFlowTags(selected, state === "on" ? { remove: [name] } : { add: [name] }))
        }
        onRemoveLast={() => onChange(selected.slice(0, -1))}
        onSearch={setSearch}
        emptyText={inUse ? "No tags yet. Add them from a flow’s menu." : "Loading tags…"}
      />
      {selected.length > 0 && (
        <Button size="sm" variant="ghost" className="self-start" onClick={() => onChange([])}>
          Clear tags
        </Button>
      )}
    </>
  );
}
