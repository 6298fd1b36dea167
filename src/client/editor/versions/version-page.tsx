import { type ReactNode, useMemo } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { GitCompareArrows, History, Rocket } from "lucide-react";
import { useOpenFlowState, useViewOnlyReason } from "#client/document/use-open-flow.tsx";
import type { FlowVersion } from "#contract/flow-version.ts";
import { type FlowJson, parseFlowDocument } from "#core/document/flow-document.ts";
import { versionQueries } from "#client/data/queries/version-queries.ts";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { CodeField } from "#client/ui/code/code-field.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { MenuButton } from "#client/ui/controls/menu-button.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { VersionsHeading } from "./versions-heading.tsx";
import type { FlowVersionActionCallbacks } from "./use-version-actions.ts";
import { formatVersionName, quoteVersionAuthor, VersionBadges } from "./version-badges.tsx";
import { type LoadedVersionContent, explainWhyNotRestorable, useVersionContent } from "./use-version-list.ts";
import { listVersionCompareMenuEntries } from "./version-menu.ts";
import { ReadOnlyVersionSteps } from "./version-steps.tsx";

type VersionPageProps = {
  readonly flowId: string;
  readonly versionId: string;
  readonly actions: FlowVersionActionCallbacks;
  readonly takesFocus: boolean;
};

/** One version of the open flow: what it holds, and what can be done with it. */
export function VersionPage({ flowId, versionId, actions, takesFocus }: VersionPageProps) {
  const content = useVersionContent(flowId, versionId);
  const version = content.type === "known" || content.type === "unreadable" ? content.version : undefined;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-gutter py-2">
        <div className="flex min-w-0 flex-1 basis-72 items-center gap-2">
          <VersionsHeading flowId={flowId} takesFocus={takesFocus} className="shrink-0 tabular-nums">
            {version ? formatVersionName(version) : "Version"}
          </VersionsHeading>
          {version && <About version={version} />}
        </div>
        {version && <Actions content={content} version={version} actions={actions} />}
      </div>
      {version?.notes && (
        <p
          dir="auto"
          // Focusable, so that keyboard users can scroll long notes.
          tabIndex={0}
          role="group"
          aria-label="Notes"
          className="max-h-40 shrink-0 overflow-y-auto border-b border-line bg-sunken px-gutter py-2 text-sm break-words whitespace-pre-wrap focus-inset"
        >
          {version.notes}
        </p>
      )}
      <Content content={content} flowId={flowId} />
    </>
  );
}

function About({ version }: { readonly version: FlowVersion }) {
  const isLive = useLiveVersionId() === version.id;
  const author = quoteVersionAuthor(version);
  return (
    <>
      <VersionBadges type={version.versionType} isLive={isLive} className="shrink-0" />
      {version.label && (
        <span
          dir="auto"
          className="min-w-0 truncate text-sm font-medium"
          {...getTooltipProps(version.label, { whenTruncated: true })}
        >
          {version.label}
        </span>
      )}
      <span className="min-w-0 truncate text-sm text-muted">
        <RelativeTime time={version.createdAt} />
        {author !== undefined && ` by ${author}`}
      </span>
    </>
  );
}

type ActionsProps = {
  readonly content: LoadedVersionContent;
  readonly version: FlowVersion;
  readonly actions: FlowVersionActionCallbacks;
};

function Actions({ content, version, actions }: ActionsProps) {
  const publishedId = useLiveVersionId();
  const isLive = publishedId === version.id;
  const viewOnlyReason = useViewOnlyReason();
  const reason = viewOnlyReason ?? explainWhyNotRestorable(content);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <MenuButton
        label="Compare"
        icon={GitCompareArrows}
        size="sm"
        entries={() =>
          listVersionCompareMenuEntries(version, { isLive, hasLive: publishedId !== null }, actions)
        }
      >
        Compare
      </MenuButton>
      <Button size="sm" icon={History} disabledReason={reason} onClick={() => actions.restore(version)}>
        Restore…
      </Button>
      <Button
        size="sm"
        icon={Rocket}
        disabledReason={viewOnlyReason ?? (isLive ? "This version is live." : undefined)}
        onClick={() => actions.publish(version)}
      >
        Publish this version…
      </Button>
    </div>
  );
}

function Content({
  content,
  flowId,
}: {
  readonly content: LoadedVersionContent;
  readonly flowId: string;
}): ReactNode {
  switch (content.type) {
    case "loading":
      return <SkeletonRows label="Loading version" rows={8} />;
    case "missing":
      return (
        <ErrorState
          title="Version not found"
          text={content.text}
          action={
            <Link
              to="/flows/$flowId/versions"
              params={{ flowId }}
              search={keepOnlyStepSearchParam}
              className="inline-flex h-8 items-center px-3 text-sm font-medium text-accent"
            >
              All versions
            </Link>
          }
        />
      );
    case "failed":
      return (
        <ErrorState
          title="Couldn’t load the version"
          text={content.text}
          retrying={content.isRetrying}
          onRetry={content.onRetry}
        />
      );
    case "unreadable":
      return <RawContent version={content.version} />;
    case "known":
      return <KnownContent definition={content.definition} />;
  }
}

function KnownContent({ definition }: { readonly definition: FlowJson }) {
  const document = useMemo(() => parseFlowDocument(definition), [definition]);
  const name = useOpenFlowState(({ history }) => history.document.name);
  return (
    <>
      <p className="border-b border-line px-gutter py-1.5 text-sm break-words text-muted">
        {formatDocumentStepCount(document)}
        {document.name !== "" && document.name !== name && (
          <>
            {" · flow name: "}
            <span dir="auto" className="text-ink">
              {document.name}
            </span>
          </>
        )}
      </p>
      <ReadOnlyVersionSteps document={document} />
    </>
  );
}

function RawContent({ version: { flowConfig } }: { readonly version: FlowVersion }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-gutter py-3">
      <p className="mb-3 max-w-prose text-sm text-muted">
        This version has an unknown format. It can be read, but not compared or restored.
      </p>
      <CodeField
        label="Content (JSON)"
        size="page"
        language="json"
        text={JSON.stringify(flowConfig, null, 2)}
        onChange={() => undefined}
        readOnly
      />
    </div>
  );
}

/** Null if there is none, undefined until known. */
function useLiveVersionId(): string | null | undefined {
  const flowId = useOpenFlowState(({ flow }) => flow.id);
  const publishedId = useOpenFlowState(({ flow }) => flow.publishedVersionId);
  const { data } = useQuery({ ...versionQueries.published(flowId), enabled: publishedId === undefined });
  return publishedId === undefined ? (data === null ? null : data?.version.id) : publishedId;
}
