import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { VersionListItem } from "#contract/flow-version.ts";
import { describeError } from "#client/data/api-error.ts";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { toasts } from "#client/ui/toasts.ts";
import { findVersionBefore } from "./find-version-before.ts";
import { type Side, toCompareSearch } from "./versions-address.ts";
import type { VersionDialog } from "./version-dialogs.tsx";

/** What names a version, to the server and to a person. */
export type VersionRef = Pick<VersionListItem, "id" | "versionNumber" | "label">;

/** What can be done with a version from wherever it is shown. */
export interface VersionCommands {
  readonly open: (versionId: string) => void;
  readonly compare: (from: Side, to: Side) => void;
  readonly compareWithBefore: (version: VersionRef) => void;
  readonly restore: (version: VersionRef) => void;
  readonly publish: (version: VersionRef) => void;
}

export function useVersionCommands(
  flowId: string,
  openDialog: (dialog: VersionDialog) => void,
): VersionCommands {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMemo(() => {
    const compare = (from: Side, to: Side) =>
      void navigate({
        to: "/flows/$flowId/versions/compare",
        params: { flowId },
        search: (now) => ({ ...keepStep(now), ...toCompareSearch({ from, to, isJson: false }) }),
        resetScroll: false,
      });
    return {
      compare,
      open: (versionId) =>
        void navigate({
          to: "/flows/$flowId/versions/$versionId",
          params: { flowId, versionId },
          search: keepStep,
          resetScroll: false,
        }),
      compareWithBefore: (version) =>
        void findVersionBefore(client, flowId, version.versionNumber).then(
          (before) => {
            if (before) compare(before.id, version.id);
            else toasts.show({ text: `There is no version before version ${version.versionNumber}.` });
          },
          (error: unknown) =>
            toasts.show({
              tone: "danger",
              text: `The version before could not be found. ${describeError(error)}`,
            }),
        ),
      restore: (version) => openDialog({ type: "restore", version }),
      publish: (version) => openDialog({ type: "publish", version }),
    };
  }, [client, navigate, flowId, openDialog]);
}
