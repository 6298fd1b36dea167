import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { memo } from "react";
import type { VersionListItem } from "#contract/flow-version.ts";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { MenuButton } from "#client/ui/menu-button.tsx";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { describeVersionChanges, versionName } from "./describe-version.ts";
import type { VersionCommands } from "./use-version-commands.ts";
import { VersionChips } from "./version-chips.tsx";
import { versionEntries } from "./version-menu.ts";

/** The grid of a wide row. */
export const VERSION_COLUMNS = "6.25rem 5.5rem minmax(0, 1fr) 16rem 5rem 6.5rem 2.5rem";

type VersionRowProps = {
  readonly flowId: string;
  readonly version: VersionListItem;
  readonly isLive: boolean;
  readonly hasLive: boolean;
  /** Two lines instead of columns. */
  readonly isNarrow: boolean;
  readonly isActive: boolean;
  readonly commands: VersionCommands;
};

export const VersionRow = memo(function VersionRow(props: VersionRowProps) {
  const { version, isLive, hasLive, isNarrow, isActive, commands } = props;
  const chips = <VersionChips type={version.versionType} isLive={isLive} className="max-w-full" />;
  const changes = describeVersionChanges(version);
  const facts = (
    <>
      {changes !== undefined && <span className="min-w-0 truncate">{changes}</span>}
      <span className="shrink-0 tabular-nums">{describeSteps(version.stepCount)}</span>
      <span className="relative z-10 shrink-0 whitespace-nowrap tabular-nums ml-auto">
        <RelativeTime time={version.createdAt} />
      </span>
    </>
  );
  const menu = (
    <MenuButton
      label={`Actions for ${versionName(version)}`}
      icon={Ellipsis}
      entries={() => versionEntries(version, { isLive, hasLive }, commands)}
      tabIndex={isActive ? 0 : -1}
      className="relative z-10 shrink-0 justify-self-end"
    />
  );
  if (isNarrow) {
    return (
      <>
        <span className="flex min-w-0 flex-1 flex-col gap-1">
          <span className="flex min-w-0 items-center gap-2">
            <RowLink {...props} />
            <span className="flex shrink-0">{chips}</span>
            <Words version={version} />
          </span>
          <span className="flex min-w-0 items-center gap-3 text-xs text-muted">{facts}</span>
        </span>
        {menu}
      </>
    );
  }
  return (
    <>
      <RowLink {...props} />
      <span className="flex min-w-0">{chips}</span>
      <Words version={version} />
      <span
        className="relative z-10 min-w-0 justify-self-start truncate text-sm text-muted"
        {...(changes !== undefined && tooltip(changes, { whenTruncated: true }))}
      >
        {changes}
      </span>
      <span className="text-right text-sm whitespace-nowrap text-muted tabular-nums">
        {describeSteps(version.stepCount)}
      </span>
      <span className="relative z-10 justify-self-end text-sm whitespace-nowrap text-muted tabular-nums">
        <RelativeTime time={version.createdAt} />
      </span>
      {menu}
    </>
  );
});

function RowLink({ flowId, version, isActive }: VersionRowProps) {
  return (
    <Link
      to="/flows/$flowId/versions/$versionId"
      params={{ flowId, versionId: version.id }}
      search={keepStep}
      resetScroll={false}
      tabIndex={isActive ? 0 : -1}
      data-row-link=""
      // A whole flow is read ahead: for whoever rests on a row, not for every row that is scrolled past the pointer.
      preloadDelay={300}
      // Its reach is the whole row, so that the version opens wherever it is pressed.
      className="inline-flex min-h-6 shrink-0 items-center font-medium whitespace-nowrap tabular-nums outline-none after:absolute after:inset-0"
    >
      {versionName(version)}
    </Link>
  );
}

/** What a person said of it: the label, and of the notes as much as there is room for. */
function Words({ version: { label, notes, versionType } }: { readonly version: VersionListItem }) {
  const text = notes?.trim();
  if (!label && !text) {
    return (
      <span className="min-w-0 flex-1 truncate text-sm text-faint">
        {versionType === "draft" ? "What is saved" : ""}
      </span>
    );
  }
  return (
    <span
      dir="auto"
      className="min-w-0 flex-1 truncate text-sm"
      {...tooltip(cut(label, text), { whenTruncated: true })}
    >
      {label && <span className="font-medium">{label}</span>}
      {label && text && <VisuallyHidden>, notes: </VisuallyHidden>}
      {text && (
        <span className="text-muted">
          {label && <span aria-hidden="true"> · </span>}
          {/* A row shows one line, whatever the notes are. */}
          {text.slice(0, SHOWN)}
        </span>
      )}
    </span>
  );
}

const SHOWN = 300;

const cut = (label: string | null, notes: string | undefined) => {
  const words = [label, notes].filter(Boolean).join(" · ");
  return words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words;
};
