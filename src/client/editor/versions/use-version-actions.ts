import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import type { FlowVersionListItem } from "#contract/flow-version.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { readAllPages } from "#core/read-all-pages.ts";
import { readVersionPage, versionQueries } from "#client/data/queries/version-queries.ts";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { createStillOnPageCheck } from "#client/page/current-page.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { type ComparisonSideReference, toComparisonSearchParams } from "./versions-tab-route.ts";

export type FlowVersionIdNumberAndLabel = Pick<FlowVersionListItem, "id" | "versionNumber" | "label">;

export type OpenVersionDialogState = {
  readonly type: "restore" | "publish";
  readonly version: FlowVersionIdNumberAndLabel;
};

export interface FlowVersionActionCallbacks {
  readonly open: (versionId: string) => void;
  readonly compare: (from: ComparisonSideReference, to: ComparisonSideReference) => void;
  readonly compareWithBefore: (version: FlowVersionIdNumberAndLabel) => void;
  readonly restore: (version: FlowVersionIdNumberAndLabel) => void;
  readonly publish: (version: FlowVersionIdNumberAndLabel) => void;
}

export function useVersionActions(
  flowId: string,
  openDialog: (dialog: OpenVersionDialogState) => void,
): FlowVersionActionCallbacks {
  const client = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  return useMemo(() => {
    const compare = (from: ComparisonSideReference, to: ComparisonSideReference) =>
      void navigate({
        to: "/flows/$flowId/versions/compare",
        params: { flowId },
        search: (now) => ({
          ...keepOnlyStepSearchParam(now),
          ...toComparisonSearchParams({ from, to, isJson: false }),
        }),
        resetScroll: false,
      });
    return {
      compare,
      open: (versionId) =>
        void navigate({
          to: "/flows/$flowId/versions/$versionId",
          params: { flowId, versionId },
          search: keepOnlyStepSearchParam,
          resetScroll: false,
        }),
      compareWithBefore: (version) => {
        const isStillHere = createStillOnPageCheck(router);
        findVersionBefore(client, flowId, version.versionNumber).then(
          (before) => {
            if (!isStillHere()) return;
            if (before) compare(before.id, version.id);
            else toasts.show({ text: `No version before version ${version.versionNumber}.` });
          },
          (error: unknown) =>
            toasts.show({
              tone: "danger",
              text: `Couldn’t load the previous version. ${describeRequestErrorForUser(error)}`,
            }),
        );
      },
      restore: (version) => openDialog({ type: "restore", version }),
      publish: (version) => openDialog({ type: "publish", version }),
    };
  }, [client, navigate, router, flowId, openDialog]);
}

/** Finds the newest version with a number below `versionNumber`, of any type. Resolves to undefined if there is none. */
export async function findVersionBefore(
  client: QueryClient,
  flowId: string,
  versionNumber: number,
): Promise<FlowVersionListItem | undefined> {
  const listed = client.getQueryData(versionQueries.list(flowId, undefined).queryKey);
  const isBefore = (version: FlowVersionListItem) => version.versionNumber < versionNumber;
  const known = listed?.pages.flatMap(({ versions }) => versions).find(isBefore);
  if (known) return known;
  const read = async (cursor: string) => {
    const { versions, pagination } = await readVersionPage(flowId, { cursor });
    return { data: versions, pagination };
  };
  for await (const { rows } of readAllPages(read, ({ id }) => id)) {
    const before = rows.find(isBefore);
    if (before) return before;
  }
  return undefined;
}
