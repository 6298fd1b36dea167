import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import * as z from "zod/mini";
import { MAX_VERSION_TEXT_LENGTHS } from "#contract/flow.ts";
import type { Problem } from "#core/dataflow/problem.ts";
import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { useMissingScope, useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import type { FlowIdWithSeenVersion } from "#client/data/api/write-flow.ts";
import { formatDocumentStepCount } from "#client/flow/format-document-step-count.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { useIsMounted } from "#client/ui/hooks/use-is-mounted.ts";
import { type ToastAction, toasts } from "#client/ui/overlays/toasts.ts";
import { TextArea, TextField } from "#client/ui/fields/text-field.tsx";
import { PublishedScheduleNote } from "#client/flow/schedules/schedule-notes.tsx";
import { LiveVersionDifference } from "#client/flow/live-difference.tsx";
import { ErrorNote } from "#client/page/error-note.tsx";
import { ApiValidationSection } from "#client/flow/validation/api-validation-section.tsx";
import {
  UnresolvedProblemList,
  useRunEnvironment,
  useUnresolvedFlowProblems,
} from "./unresolved-problem-list.tsx";
import {
  type LiveVersionComparison,
  useLiveVersionComparison,
  explainWaitForLiveVersion,
  labelPublishButton,
} from "#client/flow/live-comparison.tsx";
import { showPublishedToast } from "./show-published-toast.ts";
import { type SavedFlowDocument, usePublishFlow } from "./use-publish.ts";
import { UnsavedFormTextGuard } from "#client/page/unsaved-form-text-guard.tsx";

export type PublishDialogProps = {
  readonly flow: FlowIdWithSeenVersion & { readonly name: string };
  /** The document in the editor, with unsaved edits; if undefined, the dialog fetches the saved flow. */
  readonly document?: FlowDocument;
  /** Saves the editor's unsaved edits; undefined if there are none. Resolves to undefined if the save failed. */
  readonly onSave?: (() => Promise<SavedFlowDocument | undefined>) | undefined;
  readonly onShowProblem?: (problem: Problem) => void;
  /** Ways to use the published flow, offered after the publish. */
  readonly uses?: readonly ToastAction[];
  /** Called when the user asks to reload the flow, which another client has changed. */
  readonly onReload: () => void;
  readonly onClose: () => void;
  readonly returnFocus?: () => HTMLElement | null;
};

/** The label and notes as typed; undefined while the user has not changed the suggestion. */
const versionTexts = z.object({ label: z.optional(z.string()), notes: z.optional(z.string()) });
type VersionTexts = z.infer<typeof versionTexts>;

/** No optimistic update: the live version is known only from the response. */
export function PublishDialog(props: PublishDialogProps) {
  const { flow, onSave, onShowProblem, onReload, onClose, returnFocus } = props;
  const client = useQueryClient();
  const navigate = useNavigate();
  const { target, document } = useCandidate(props);
  const comparison = useLiveVersionComparison(flow.id, document);
  const check = useUnresolvedFlowProblems(document, useRunEnvironment(document));
  const problems = check.type === "known" ? check.problems : [];
  const hasErrors = problems.some(({ severity }) => severity === "error");
  const [isAccepted, setAccepted] = useState(false);
  const suggested = useMemo(() => suggestVersionTexts(comparison), [comparison]);
  const [texts, setTexts] = useState<VersionTexts>({});
  const isPublished = useRef(false);
  const isOpen = useIsMounted();
  // Shows the fields for a label and notes only for Flowline's own server: Runtype's API cannot store them.
  const hasNotes = useOffersFeature("notes");

  const { publish, stage, failure } = usePublishFlow({
    candidate: target && document ? { target, document } : undefined,
    live: comparison,
    onSave,
    body: {
      label: (texts.label ?? suggested.label).trim(),
      notes: (texts.notes ?? suggested.notes).trim(),
    },
    onDone: (versionId) => {
      isPublished.current = true;
      showPublishedToast(client, {
        flowId: flow.id,
        versionId,
        previous: "live" in comparison ? comparison.live : undefined,
        text: `Published ${quoteName(flow.name)}.`,
        ...(props.uses && { uses: props.uses }),
        onView: (id) =>
          void navigate({
            to: "/flows/$flowId/versions/$versionId",
            params: { flowId: flow.id, versionId: id },
          }),
      });
      // After this dialog is closed, `onClose` would close another one.
      if (isOpen.current) onClose();
    },
    onFail: ({ text }) => {
      if (!isOpen.current)
        toasts.show({ tone: "danger", text: `Publishing ${quoteName(flow.name)}: ${text}` });
    },
  });
  const missing = useMissingScope("FLOWS:WRITE");
  const blocked =
    missing ??
    (!document || check.type === "loading"
      ? "Loading the flow…"
      : hasErrors && !isAccepted
        ? "Confirm the errors above to publish."
        : explainWaitForLiveVersion(comparison));
  const isFlowStale = failure?.isOutOfDate === true && !props.document;

  return (
    <Dialog
      size="lg"
      title={`Publish ${quoteName(flow.name)}?`}
      description={
        <>
          {document && <>{formatDocumentStepCount(document)}. </>}
          {comparison.type === "known" || comparison.type === "unreadable"
            ? `Replaces version ${comparison.live.versionNumber}. `
            : null}
          {onSave
            ? "Your edits are saved and go live immediately."
            : "The saved draft goes live immediately."}
        </>
      }
      onClose={onClose}
      returnFocus={returnFocus}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {isFlowStale && <Button onClick={onReload}>Show current flow</Button>}
          <Button
            variant="primary"
            busy={stage !== "idle"}
            disabledReason={blocked}
            onClick={() => void publish()}
          >
            {labelPublishButton(onSave ? "Save and publish" : "Publish", comparison)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <section aria-label="Changes going live">
          <LiveVersionDifference comparison={comparison} />
        </section>
        <PublishedScheduleNote flowIds={[flow.id]} />
        {document?.steps.length === 0 && (
          <p className="rounded-md bg-warning-soft px-3 py-2 text-sm">
            The flow has no steps yet, so its runs do nothing.
          </p>
        )}
        {problems.length > 0 && (
          <UnresolvedProblemList
            problems={problems}
            isAccepted={isAccepted}
            onShowProblem={onShowProblem}
            onAccept={setAccepted}
          />
        )}
        <ApiValidationSection document={document} onShowProblem={onShowProblem} />
        {hasNotes && (
          <VersionTextFields
            flow={flow}
            texts={texts}
            suggested={suggested}
            isBusy={stage !== "idle"}
            isTyped={() => !isPublished.current && (texts.label ?? texts.notes) !== undefined}
            onChange={setTexts}
          />
        )}
        {failure && <ErrorNote error={failure.error}>{failure.text}</ErrorNote>}
      </div>
    </Dialog>
  );
}

type VersionTextFieldsProps = {
  readonly flow: PublishDialogProps["flow"];
  readonly texts: VersionTexts;
  readonly suggested: Required<VersionTexts>;
  readonly isBusy: boolean;
  readonly isTyped: () => boolean;
  readonly onChange: (texts: VersionTexts) => void;
};

function VersionTextFields({ flow, texts, suggested, isBusy, isTyped, onChange }: VersionTextFieldsProps) {
  return (
    <>
      <TextField
        label="Label"
        hint="Optional. Shown in the version list."
        value={texts.label ?? suggested.label}
        maxLength={MAX_VERSION_TEXT_LENGTHS.label}
        onChange={({ target }) => onChange({ ...texts, label: target.value })}
      />
      <UnsavedFormTextGuard
        form={`publish-${flow.id}`}
        isBusy={isBusy}
        title={`Publish ${quoteName(flow.name)}`}
        path={`/flows/${flow.id}`}
        isTyped={isTyped}
        value={() => texts}
        onRestore={(value) => onChange(versionTexts.safeParse(value).data ?? {})}
      />
      <TextArea
        label="Notes"
        hint="Optional. Release notes."
        value={texts.notes ?? suggested.notes}
        maxLength={MAX_VERSION_TEXT_LENGTHS.notes}
        onChange={({ target }) => onChange({ ...texts, notes: target.value })}
      />
    </>
  );
}

function useCandidate({ flow, document }: Pick<PublishDialogProps, "flow" | "document">) {
  const { data } = useQuery({ ...flowQueries.detail(flow.id), enabled: !document });
  return useMemo(() => {
    if (document) return { target: flow, document };
    return { target: data?.flow, document: data && parseFlowDocument(data.flow) };
  }, [flow, document, data]);
}

const MAX_LINES = 12;

export function suggestVersionTexts(comparison: LiveVersionComparison): {
  readonly label: string;
  readonly notes: string;
} {
  if (comparison.type !== "known") return { label: "", notes: "" };
  const lines = comparison.lines.map(({ sentence }) => `${sentence}.`);
  const rest = lines.length - MAX_LINES;
  const shown = rest > 0 ? [...lines.slice(0, MAX_LINES), `And ${rest} more.`] : lines;
  const [first = ""] = comparison.lines.map(({ sentence }) => sentence);
  const label = lines.length > 1 ? `${first}, and ${lines.length - 1} more` : first;
  return {
    label: label.slice(0, MAX_VERSION_TEXT_LENGTHS.label),
    notes: shown.join("\n").slice(0, MAX_VERSION_TEXT_LENGTHS.notes),
  };
}
