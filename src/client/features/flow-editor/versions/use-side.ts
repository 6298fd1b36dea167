import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { versionQueries } from "#client/data/version-queries.ts";
import { parseTheirs } from "#client/document/flow-version.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { versionName } from "./describe-version.ts";
import type { SideContent } from "./pair-sides.ts";
import { type VersionContent, toContent, toPublishedContent } from "./use-version.ts";
import type { Side } from "./versions-address.ts";

/** One side of a comparison, as far as it is there. */
export type SideState =
  | { readonly type: "loading" }
  | {
      readonly type: "missing";
      readonly text: string;
      readonly isRetrying?: boolean;
      readonly onRetry?: () => void;
    }
  | {
      readonly type: "ready";
      /** As a part of a sentence: “version 3”, “what is saved”. */
      readonly name: string;
      readonly content: SideContent;
      /** A number of it is not what the server holds. */
      readonly isInexact: boolean;
    };

export function useSide(flowId: string, side: Side): SideState {
  const document = useOpenFlowState((state) =>
    side === "editor" ? state.history.document : side === "saved" ? parseTheirs(state) : undefined,
  );
  const isPublished = side === "published";
  const live = useQuery({ ...versionQueries.published(flowId), enabled: isPublished });
  const isVersion = !isPublished && document === undefined;
  const version = useQuery({ ...versionQueries.detail(flowId, side), enabled: isVersion });
  const asked = isPublished ? live : version;
  const isRetrying = asked.data === undefined && asked.isFetching;
  return useMemo((): SideState => {
    if (document) {
      const name = side === "editor" ? "the editor" : "what is saved";
      return { type: "ready", name, content: { type: "document", document }, isInexact: false };
    }
    const content = isPublished
      ? toPublishedContent({ ...live, isRetrying })
      : toContent({ ...version, isRetrying });
    return toSide(content, isPublished);
    // Of the answers, these parts say everything.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [document, side, isPublished, isRetrying, live.data, live.error, version.data, version.error]);
}

function toSide(content: VersionContent, isPublished: boolean): SideState {
  switch (content.type) {
    case "loading":
      return content;
    case "missing":
      return { type: "missing", text: content.text };
    case "failed":
      return { ...content, type: "missing" };
    case "unreadable":
      return {
        type: "missing",
        text: `Another program wrote ${name(content.version)} in a form of its own, so it cannot be compared.`,
      };
    case "known": {
      const { version, definition, isInexact } = content;
      return {
        type: "ready",
        name: isPublished ? `what is live (${name(version)})` : name(version),
        content: { type: "definition", definition },
        isInexact,
      };
    }
  }
}

const name = (version: { readonly versionNumber: number }) => versionName(version).toLowerCase();
