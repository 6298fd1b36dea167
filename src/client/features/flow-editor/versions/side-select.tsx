import { useEffect, useMemo } from "react";
import type { VersionListItem } from "#contract/flow-version.ts";
import { Select } from "#client/ui/select.tsx";
import { describeVersionType, versionName } from "./describe-version.ts";
import type { SideState } from "./use-side.ts";
import { useVersionList } from "./use-version-list.ts";
import type { Side } from "./versions-address.ts";

/** Versions to choose from, newest first; one that is older is compared from its own row or page. */
const MOST = 1000;

export type SideOption = { readonly value: Side; readonly label: string };

/** Everything that can be compared. The list of versions is read to its end, so that all of them can be chosen. */
export function useSideOptions(flowId: string): readonly SideOption[] {
  const { rows, publishedVersionId, isComplete, readMore } = useVersionList(flowId, undefined);
  const isEnough = isComplete || rows.length >= MOST;
  // Pages come one after the other, and only a finished render knows that another one is wanted.
  useEffect(() => {
    if (!isEnough) readMore();
  });
  return useMemo(
    () => [
      { value: "editor", label: "Editor, as on this page" },
      { value: "saved", label: "What is saved" },
      { value: "published", label: "What is live" },
      ...rows.map((version) => ({
        value: version.id,
        label: describeOption(version, version.id === publishedVersionId),
      })),
    ],
    [rows, publishedVersionId],
  );
}

function describeOption(version: VersionListItem, isLive: boolean): string {
  const type = isLive
    ? "live"
    : version.versionType === "published"
      ? ""
      : describeVersionType(version.versionType);
  return [versionName(version), type, version.label?.slice(0, 60)].filter(Boolean).join(" · ");
}

type SideSelectProps = {
  readonly label: string;
  readonly value: Side;
  readonly state: SideState;
  readonly options: readonly SideOption[];
  readonly onChange: (side: Side) => void;
};

export function SideSelect({ label, value, state, options, onChange }: SideSelectProps) {
  const isListed = options.some((option) => option.value === value);
  // One from the address that is not in the list is shown all the same.
  const unlisted = state.type === "ready" ? capitalise(state.name) : "Another version";
  return (
    <span className="flex min-w-0 flex-1 basis-56 items-center gap-2 sm:max-w-88">
      <span aria-hidden="true" className="w-9 shrink-0 text-sm text-muted sm:w-auto">
        {label}
      </span>
      <Select
        label={label}
        labelHidden
        options={isListed ? options : [...options, { value, label: unlisted }]}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="flex-1"
      />
    </span>
  );
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
