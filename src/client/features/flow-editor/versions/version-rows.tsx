import { readMoreNear } from "#client/features/flow-editor/read-rows.ts";
import { rootFontSize } from "#client/ui/root-font-size.ts";
import { RowList } from "#client/ui/row-list.tsx";
import type { VersionCommands } from "./use-version-commands.ts";
import type { VersionList } from "./use-version-list.ts";
import { VERSION_COLUMNS, VersionRow } from "./version-row.tsx";

type VersionRowsProps = {
  readonly flowId: string;
  readonly list: VersionList;
  readonly isNarrow: boolean;
  readonly commands: VersionCommands;
  /** The version that was looked at before, to begin with. */
  readonly startAt: string | undefined;
};

/** Rows of one line, and of two where there is little room, in rem. */
const ROW_REM = { wide: 2.75, narrow: 3.75 } as const;

export function VersionRows({ flowId, list, isNarrow, commands, startAt }: VersionRowsProps) {
  const { rows, publishedVersionId } = list;
  // Where that version is not among the rows, whoever comes back begins with the newest.
  const start = startAt !== undefined && !rows.some(({ id }) => id === startAt) ? rows[0]?.id : startAt;
  return (
    <RowList
      label="Versions"
      rows={rows}
      rowHeight={(isNarrow ? ROW_REM.narrow : ROW_REM.wide) * rootFontSize()}
      isComplete={list.isComplete}
      startAt={start}
      hasMenus
      rowClassName={`px-3 sm:px-4 has-[[data-row-link]:focus-visible]:bg-accent-soft/50 ${isNarrow ? "gap-1" : "gap-x-4"}`}
      columns={isNarrow ? undefined : VERSION_COLUMNS}
      onSeen={(_, last) => readMoreNear(list, last)}
    >
      {(version, isActive) => (
        <VersionRow
          {...{ flowId, version, isNarrow, isActive, commands }}
          isLive={version.id === publishedVersionId}
          hasLive={publishedVersionId != null}
        />
      )}
    </RowList>
  );
}
