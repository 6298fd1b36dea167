import { ArrowDownWideNarrow, ArrowUpNarrowWide } from "lucide-react";
import type { FlowSort, PublishState } from "#contract/flow.ts";
import { describePublishState } from "#client/flow/publish-state.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { SearchField } from "#client/ui/search-field.tsx";
import { Select } from "#client/ui/select.tsx";
import { useSearchText } from "#client/ui/use-search-text.ts";
import { leaveOutDefaults, type ListAddress, orderOf, sortOf } from "./list-address.ts";

export type ListToolbarProps = {
  readonly address: ListAddress;
  readonly onAddressChange: (address: ListAddress, options: { readonly replace: boolean }) => void;
  /** Filter by status and order: extras of this project's own server. */
  readonly hasFilters: boolean;
};

const statuses: readonly PublishState[] = ["draft", "published", "changed"];
const statusOptions = [
  { value: "", label: "All statuses" },
  ...statuses.map((state) => ({ value: state, label: describePublishState(state) })),
];
const sortOptions: readonly { readonly value: FlowSort; readonly label: string }[] = [
  { value: "updatedAt", label: "Updated" },
  { value: "name", label: "Name" },
  { value: "createdAt", label: "Created" },
  { value: "lastRunAt", label: "Last run" },
];

export function ListToolbar({ address, onAddressChange, hasFilters }: ListToolbarProps) {
  // Typing replaces the address, so that Back leads out of a search and not through its letters.
  const [text, setText] = useSearchText(address.search ?? "", (search) =>
    onAddressChange(leaveOutDefaults({ ...address, search }), { replace: true }),
  );
  const change = (part: ListAddress) =>
    onAddressChange(leaveOutDefaults({ ...address, ...part }), { replace: false });
  const isAscending = orderOf(address) === "asc";

  return (
    <search className="flex flex-wrap items-center gap-2">
      <SearchField
        label="Search flows"
        value={text}
        onValueChange={setText}
        className="min-w-full flex-1 sm:max-w-md sm:min-w-56"
      />
      {hasFilters && (
        <>
          <Select
            label="Status"
            labelHidden
            options={statusOptions}
            value={address.status ?? ""}
            onChange={({ target }) => change({ status: statuses.find((state) => state === target.value) })}
            className="flex-1 sm:w-44 sm:flex-none"
          />
          <span className="flex flex-1 items-center gap-1 sm:flex-none">
            <Select
              label="Sort by"
              labelHidden
              options={sortOptions}
              value={sortOf(address)}
              onChange={({ target }) =>
                change({
                  sort: sortOptions.find(({ value }) => value === target.value)?.value,
                  order: undefined,
                })
              }
              className="flex-1 sm:w-36 sm:flex-none"
            />
            <IconButton
              label={isAscending ? "Sort descending" : "Sort ascending"}
              icon={isAscending ? ArrowUpNarrowWide : ArrowDownWideNarrow}
              onClick={() => change({ order: isAscending ? "desc" : "asc" })}
            />
          </span>
        </>
      )}
    </search>
  );
}
