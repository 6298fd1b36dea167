import { Link } from "@tanstack/react-router";
import { GitCompareArrows, History, Rocket } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import type { FlowVersion } from "#contract/flow-version.ts";
import { type FlowSource, parseFlow } from "#core/flow-document.ts";
import { isEnabled } from "#core/step.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { ViewHeading } from "#client/features/flow-editor/view-heading.tsx";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { Button } from "#client/ui/button.tsx";
import { CodeField } from "#client/ui/code-field.tsx";
import { ErrorState } from "#client/ui/error-state.tsx";
import { MenuButton } from "#client/ui/menu-button.tsx";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { versionName } from "./describe-version.ts";
import { useLiveVersionId } from "./use-live-version-id.ts";
import { noRestoreReason } from "./no-restore-reason.ts";
import { type VersionContent, useVersion } from "./use-version.ts";
import type { VersionCommands } from "./use-version-commands.ts";
import { VersionChips } from "./version-chips.tsx";
import { compareEntries } from "./version-menu.ts";
import { VersionSteps } from "./version-steps.tsx";

type VersionPageProps = {
  readonly flowId: string;
  readonly versionId: string;
  readonly commands: VersionCommands;
  /** It was come to from another view of this tab, whose focused part is gone. */
  readonly takesFocus: boolean;
};

/** One version, to be read: what it says of itself, its steps, and what can be done with it. */
export function VersionPage({ flowId, versionId, commands, takesFocus }: VersionPageProps) {
  const content = useVersion(flowId, versionId);
  const version = content.type === "known" || content.type === "unreadable" ? content.version : undefined;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3 py-2 sm:px-4">
        <div className="flex min-w-0 flex-1 basis-72 items-center gap-2">
          <ViewHeading {...{ flowId, takesFocus }} list="versions" className="shrink-0 tabular-nums">
            {version ? versionName(version) : "Version"}
          </ViewHeading>
          {version && <About version={version} />}
        </div>
        {version && <Actions content={content} version={version} commands={commands} />}
      </div>
      {version?.notes && (
        <p
          dir="auto"
          // Long ones scroll by themselves, also for the keyboard.
          tabIndex={0}
          role="group"
          aria-label="Notes"
          className="max-h-40 shrink-0 overflow-y-auto border-b border-line bg-sunken px-3 py-2 text-sm break-words whitespace-pre-wrap focus-inset sm:px-4"
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
  return (
    <>
      <VersionChips type={version.versionType} isLive={isLive} className="shrink-0" />
      {version.label && (
        <span
          dir="auto"
          className="min-w-0 truncate text-sm font-medium"
          {...tooltip(version.label, { whenTruncated: true })}
        >
          {version.label}
        </span>
      )}
      <span className="shrink-0 text-sm whitespace-nowrap text-muted">
        <RelativeTime time={version.createdAt} />
      </span>
    </>
  );
}

type ActionsProps = {
  readonly content: VersionContent;
  readonly version: FlowVersion;
  readonly commands: VersionCommands;
};

function Actions({ content, version, commands }: ActionsProps) {
  const publishedId = useLiveVersionId();
  const isLive = publishedId === version.id;
  const reason = noRestoreReason(content);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <MenuButton
        label="Compare"
        icon={GitCompareArrows}
        size="sm"
        entries={() => compareEntries(version, { isLive, hasLive: publishedId !== null }, commands)}
      >
        Compare
      </MenuButton>
      <Button size="sm" icon={History} disabledReason={reason} onClick={() => commands.restore(version)}>
        Restore…
      </Button>
      <Button
        size="sm"
        icon={Rocket}
        disabledReason={isLive ? "This version is live." : undefined}
        onClick={() => commands.publish(version)}
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
  readonly content: VersionContent;
  readonly flowId: string;
}): ReactNode {
  switch (content.type) {
    case "loading":
      return <SkeletonRows label="Loading the version" rows={8} />;
    case "missing":
      return (
        <ErrorState
          title="This version is not here"
          text={content.text}
          action={
            <Link
              to="/flows/$flowId/versions"
              params={{ flowId }}
              search={keepStep}
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
          title="The version could not be read"
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

function KnownContent({ definition }: { readonly definition: FlowSource }) {
  const document = useMemo(() => parseFlow(definition), [definition]);
  const name = useOpenFlowState(({ history }) => history.document.name);
  const off = document.steps.filter((node) => !isEnabled(node)).length;
  return (
    <>
      <p className="border-b border-line px-3 py-1.5 text-sm break-words text-muted sm:px-4">
        {describeSteps(document.steps.length, off)}
        {document.name !== "" && document.name !== name && (
          <>
            {" · the flow was called "}
            <span dir="auto" className="text-ink">
              {document.name}
            </span>
          </>
        )}
      </p>
      <VersionSteps document={document} />
    </>
  );
}

function RawContent({ version: { flowConfig } }: { readonly version: FlowVersion }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-3 py-3 sm:px-4">
      <p className="mb-3 max-w-prose text-sm text-muted">
        Another program wrote this version in a form of its own. What it holds can be read here, but neither
        be compared nor put back.
      </p>
      <CodeField
        label="What it holds (JSON)"
        size="page"
        language="json"
        text={JSON.stringify(flowConfig, null, 2)}
        onChange={() => undefined}
        readOnly
      />
    </div>
  );
}
