import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { parseFlow } from "#core/flow-document.ts";
import { isEnabled } from "#core/step.ts";
import { ApiError, describeError } from "#client/data/api-error.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { describeSteps } from "#client/flow/describe-steps.ts";
import { LiveDifference } from "#client/flow/live-difference.tsx";
import { OpenProblems } from "#client/flow/publish/open-problems.tsx";
import { liveIdOf, readLiveId } from "#client/flow/publish/read-live-id.ts";
import { useOpenProblems } from "#client/flow/publish/use-open-problems.ts";
import { useLiveComparison } from "#client/flow/use-live-comparison.ts";
import { announce } from "#client/ui/announce.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { useVersion } from "./use-version.ts";
import type { VersionRef } from "./use-version-commands.ts";

type PublishVersionDialogProps = { readonly version: VersionRef; readonly onClose: () => void };

/** Shows what would change in what runs if this version went live, and makes it so. What is saved stays as it is. */
export function PublishVersionDialog({ version, onClose }: PublishVersionDialogProps) {
  const flow = useOpenFlowState((state) => state.flow);
  const content = useVersion(flow.id, version.id);
  const definition = content.type === "known" ? content.definition : undefined;
  const document = useMemo(
    () => definition && parseFlow({ ...definition, name: definition.name || flow.name }),
    [definition, flow.name],
  );
  const comparison = useLiveComparison(flow.id, document);
  const check = useOpenProblems(document);
  const problems = check.type === "known" ? check.problems : [];
  const hasErrors = problems.some(({ severity }) => severity === "error");
  const [isAccepted, setAccepted] = useState(false);
  const { publish, isPublishing, failure } = usePublishVersion(version, liveIdOf(comparison), onClose);

  const live = comparison.type === "known" || comparison.type === "unreadable" ? comparison.live : undefined;
  const isUnreadable = content.type === "unreadable";
  const missing = content.type === "missing" || content.type === "failed" ? content : undefined;
  const blocked = missing
    ? "There is nothing to publish."
    : live?.id === version.id
      ? "This version is live."
      : !isUnreadable && (!document || check.type === "loading" || comparison.type === "loading")
        ? "The version is being read."
        : hasErrors && !isAccepted
          ? "Say first that you know of the errors."
          : undefined;
  return (
    <Dialog
      size="lg"
      title={`Publish version ${version.versionNumber}?`}
      description={
        <>
          {version.label && <bdi>“{version.label}”. </bdi>}
          {document && (
            <>
              {describeSteps(document.steps.length, document.steps.filter((node) => !isEnabled(node)).length)}
              .{" "}
            </>
          )}
          {live &&
            live.id !== version.id &&
            `Version ${live.versionNumber} stops being live and stays in the history. `}
          Everything that uses this flow runs version {version.versionNumber}, at once. What is saved and what
          stands in the editor stay as they are.
        </>
      }
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={isPublishing}
            disabledReason={blocked}
            onClick={() => void publish()}
          >
            Publish
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {missing ? (
          <p role="alert" className="text-sm text-danger">
            {missing.text}
          </p>
        ) : isUnreadable ? (
          <p className="text-sm text-muted">
            Another program wrote this version in a form of its own, so what would change cannot be shown.
          </p>
        ) : (
          <section aria-label="What goes live">
            <LiveDifference comparison={comparison} />
          </section>
        )}
        {problems.length > 0 && (
          <OpenProblems {...{ problems, isAccepted }} onShowStep={undefined} onAccept={setAccepted} />
        )}
        {failure !== undefined && (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            {failure}
          </p>
        )}
      </div>
    </Dialog>
  );
}

/** It goes no further than what was shown: where another version went live meanwhile, it stops for a look at that. */
function usePublishVersion(
  { id, versionNumber }: VersionRef,
  seenLive: string | null | undefined,
  onDone: () => void,
) {
  const client = useQueryClient();
  const flow = useOpenFlowState((state) => state.flow);
  const [isPublishing, setPublishing] = useState(false);
  const [failure, setFailure] = useState<string>();
  const { mutateAsync } = useMutation(flowMutations.publishVersion(flow));

  const attempt = async (): Promise<string | undefined> => {
    const live = seenLive === undefined ? undefined : await readLiveId(client, flow.id);
    if (live !== undefined && live !== seenLive)
      return "Nothing was published yet: another version went live meanwhile. This is what changes now.";
    try {
      await mutateAsync(id);
      return undefined;
    } catch (error) {
      return describeFailure(error);
    }
  };
  const publish = async () => {
    if (isPublishing) return;
    setPublishing(true);
    setFailure(undefined);
    const reason = await attempt();
    setPublishing(false);
    if (reason !== undefined) return setFailure(reason);
    announce(`Published version ${versionNumber}. It is live now.`);
    onDone();
  };
  return { publish, isPublishing, failure };
}

function describeFailure(error: unknown): string {
  switch (error instanceof ApiError ? error.status : undefined) {
    case 412:
      // A failed publish reads the flow again, so the next one names what is saved now.
      return "Nothing was published: somebody saved this flow since you saw it. The version is as it was; publish again if it is still to go live.";
    case 404:
      return "Nothing was published: there is no such version on the server, or the flow was deleted.";
    default:
      return describeError(error);
  }
}
