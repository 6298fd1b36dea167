import { useQuery } from "@tanstack/react-query";
import { Popover } from "radix-ui";
import { type RefObject, useRef, useState } from "react";
import { changeFlowTags, getFlowTagKey } from "#core/document/flow-tags.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { flowTagQueries } from "#client/data/queries/flow-tag-queries.ts";
import { type PickableTag, TagPicker } from "#client/flow/tags/tag-picker.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { propagationStoppers } from "#client/ui/overlays/propagation-stoppers.ts";
import type { FindingMenusProps } from "./finding-menus.tsx";

type TagFilterProps = Pick<FindingMenusProps, "address" | "changeFilters">;

type TagFilterPopoverProps = TagFilterProps & {
  readonly trigger: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
};

export function TagFilterPopover({ trigger, onClose, ...filter }: TagFilterPopoverProps) {
  const isLeft = useRef(false);
  return (
    <Popover.Root open onOpenChange={onClose}>
      {/* Not a trigger of the popover: the button is there before this code. */}
      <Popover.Anchor virtualRef={trigger} />
      <Popover.Portal>
        <Popover.Content
          {...propagationStoppers}
          aria-label="Filter by tags"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onInteractOutside={(event) => {
            // The click on the button closes the popover.
            if (event.target instanceof Node && trigger.current?.contains(event.target))
              event.preventDefault();
            else isLeft.current = true;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!isLeft.current) trigger.current?.focus();
          }}
          className="z-80 flex max-h-[min(24rem,var(--radix-popper-available-height))] w-[min(18rem,calc(100vw-1rem))] animate-float-in flex-col gap-2 rounded-lg bg-raised p-2 shadow-float outline-none"
        >
          <TagFilterContent {...filter} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function TagFilterContent({ address, changeFilters }: TagFilterProps) {
  const [search, setSearch] = useState("");
  const { data: inUse, error, isFetching, refetch } = useQuery(flowTagQueries.list());
  const { data: found } = useQuery({ ...flowTagQueries.list(search), enabled: inUse?.hasMore === true });
  const { tag: selected = [] } = address;
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
  const choose = (tag: readonly string[]) => changeFilters.current?.({ tag: [...tag] });
  if (error && !inUse) {
    return (
      <p role="alert" className="flex flex-wrap items-center gap-2 p-2 text-sm text-danger">
        Couldn’t load tags. {describeRequestErrorForUser(error)}
        <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
          Retry
        </Button>
      </p>
    );
  }
  return (
    <>
      <TagPicker
        label="Filter by tags"
        placeholder="Search tags"
        tags={tags}
        onToggle={({ name, state }) =>
          choose(changeFlowTags(selected, state === "on" ? { remove: [name] } : { add: [name] }))
        }
        onRemoveLast={() => choose(selected.slice(0, -1))}
        onSearch={setSearch}
        emptyText={inUse ? "No tags yet. Add them from a flow’s menu." : "Loading tags…"}
      />
      {selected.length > 0 && (
        <Button size="sm" variant="ghost" className="self-start" onClick={() => choose([])}>
          Clear tags
        </Button>
      )}
    </>
  );
}
