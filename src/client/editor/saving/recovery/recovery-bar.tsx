import { type QueryClient, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { FileClock, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { parseFlowReusingStepKeys } from "#core/document/apply-edited-flow-json.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import type { OpenFlowJournal } from "#client/document/journal/journal.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useReturnFocusOnUnmount } from "#client/editor/session/focus.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { useKeepFocusWithin } from "#client/ui/focus/use-keep-focus-within.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import { RecoverableChangesDialog } from "./changes-dialog.tsx";
import {
  type RecoverableEdits,
  type EditRecoveryController,
  type RecoveryBarItem,
  createEditRecoveryController,
  type RecoverableEditsRelation,
  relateRecoverableEdits,
} from "./create-recovery.ts";
import { describeRecoveryBarItem } from "./describe-item.ts";
import { countUnsavedEdits } from "#client/document/saving/unsaved-edits.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { downloadTextFile, convertTextToSafeFileName } from "#client/flow/download-flow.ts";
import { Button } from "#client/ui/controls/button.tsx";

export type RecoveryBarProps = { readonly journal: OpenFlowJournal };

export function RecoveryBar({ journal }: RecoveryBarProps) {
  const openFlow = useOpenFlow();
  const client = useQueryClient();
  const [recovery] = useState(() =>
    createEditRecoveryController(openFlow, {
      journal,
      untilRead: () => untilRead(client, flowQueries.detail(openFlow.getState().flow.id).queryKey),
    }),
  );
  const item = useStore(recovery, (state) => state.item);
  // No other tab can restore claimed journals. Released on unmount, because a claim holds a Web Lock.
  useEffect(() => {
    void recovery.begin(journal.getState().found);
    return () => recovery.end();
  }, [recovery, journal]);
  return item && <ItemBar recovery={recovery} item={item} />;
}

type ItemBarProps = {
  readonly recovery: EditRecoveryController;
  readonly item: RecoveryBarItem;
};

function ItemBar({ recovery, item }: ItemBarProps) {
  const { number, total } = useStore(recovery);
  const relation = useOpenFlowState((state): RecoverableEditsRelation =>
    item.type === "offered" ? relateRecoverableEdits(state, item.recoverable.work) : "fits",
  );
  const [shown, setShown] = useState<RecoveryBarItem>();
  const bar = useRef<HTMLElement>(null);
  const openFlow = useOpenFlow();
  const parseServerVersion = ({ work }: RecoverableEdits) =>
    parseFlowReusingStepKeys(work.history.base.document, openFlow.getState().flow);
  useReturnFocusOnUnmount(bar);
  const keepFocus = useKeepFocusWithin(bar);
  const text = describeRecoveryBarItem(item, relation, useMinuteClock());
  useEffect(() => void announceToScreenReaders(text), [text]);

  return (
    <section
      ref={bar}
      {...keepFocus}
      aria-label="Recovered changes"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-accent-soft py-2 pr-2 pl-4 text-sm"
    >
      <FileClock aria-hidden="true" className="size-4 shrink-0 text-accent" />
      <p className="min-w-0 flex-1 basis-60 break-words">
        {text}
        {total > 1 && <span className="text-muted">{` ${number} of ${total} drafts.`}</span>}
      </p>
      <div className="flex flex-wrap items-center gap-2 max-sm:w-full">
        <RecoveryActions recovery={recovery} item={item} relation={relation} onShow={() => setShown(item)} />
        <IconButton
          label={item.type === "offered" || item.type === "unreadable" ? "Decide later" : "Dismiss"}
          icon={X}
          size="sm"
          className="max-sm:ml-auto"
          onClick={() => void recovery.next()}
        />
      </div>
      {(shown?.type === "recovered" || shown?.type === "offered") && (
        <RecoverableChangesDialog
          recoverable={shown.recoverable}
          theirs={relation === "moved-on" ? parseServerVersion(shown.recoverable) : undefined}
          onClose={() => setShown(undefined)}
        />
      )}
    </section>
  );
}

type RecoveryActionsProps = {
  readonly recovery: EditRecoveryController;
  readonly item: RecoveryBarItem;
  readonly relation: RecoverableEditsRelation;
  readonly onShow: () => void;
};

function RecoveryActions({ recovery, item, relation, onShow }: RecoveryActionsProps) {
  switch (item.type) {
    case "recovered":
      return (
        <>
          <ShowButton onShow={onShow} />
          <DiscardRecovered recovery={recovery} recoverable={item.recoverable} />
        </>
      );
    case "offered":
      return (
        <>
          <ShowButton onShow={onShow} />
          <TakeButtons recovery={recovery} relation={relation} />
          {item.recoverable.rest && (
            <FileButton name={item.recoverable.claimed.found.flowName} raw={item.recoverable.rest.raw} />
          )}
          <DiscardButton onDiscard={() => void recovery.discard()} />
        </>
      );
    case "unreadable": {
      const { content, found } = item.claimed;
      return (
        <>
          {content.type === "unreadable" && <FileButton name={found.flowName} raw={content.raw} />}
          <DiscardButton onDiscard={() => void recovery.discard()} />
        </>
      );
    }
    case "discarded":
      return (
        <Button size="sm" onClick={item.undo}>
          Undo
        </Button>
      );
    case "taken":
      return null;
  }
}

function ShowButton({ onShow }: { readonly onShow: () => void }) {
  return (
    <Button size="sm" onClick={onShow}>
      Show changes
    </Button>
  );
}

function DiscardButton({ onDiscard }: { readonly onDiscard: () => void }) {
  return (
    <Button size="sm" onClick={onDiscard}>
      Discard
    </Button>
  );
}

/** Asks for confirmation if the user has edited the recovered work, because discarding removes those edits too. */
function DiscardRecovered({
  recovery,
  recoverable,
}: {
  readonly recovery: EditRecoveryController;
  readonly recoverable: RecoverableEdits;
}) {
  const openFlow = useOpenFlow();
  const { openDialog } = useEditor();
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  if (!isUnsaved) return null;
  const discard = () => {
    openFlow.flush();
    const { history, invalidInputs, pendingJson } = openFlow.getState();
    const { work } = recoverable;
    const isAsRecovered =
      history.document === work.history.document &&
      history.base === work.history.base &&
      invalidInputs === work.invalidInputs &&
      pendingJson === work.pendingJson;
    if (isAsRecovered) void recovery.discard();
    else openDialog({ type: "discard", to: "saved" });
  };
  return <DiscardButton onDiscard={discard} />;
}

type TakeButtonsProps = Pick<RecoveryActionsProps, "recovery" | "relation">;

function TakeButtons({ recovery, relation }: TakeButtonsProps) {
  const { openDialog } = useEditor();
  const mergeWithServer = async () => {
    if (await recovery.mergeWithServer()) openDialog({ type: "resolve", isSaving: false });
  };
  switch (relation) {
    case "fits":
      return (
        <Button size="sm" onClick={() => void recovery.keep()}>
          Keep readable changes
        </Button>
      );
    case "unsure":
      return (
        <Button size="sm" onClick={() => void mergeWithServer()}>
          Keep readable changes
        </Button>
      );
    case "moved-on":
      return (
        <>
          <Button size="sm" onClick={() => void recovery.keep()}>
            Keep mine
          </Button>
          <Button size="sm" onClick={() => void mergeWithServer()}>
            Merge
          </Button>
        </>
      );
    case "beside":
      return (
        <>
          <Button size="sm" onClick={() => void recovery.mergeIntoPage()}>
            Merge
          </Button>
          <UseInsteadButton recovery={recovery} />
        </>
      );
    case "apart":
      return <UseInsteadButton recovery={recovery} />;
  }
}

function UseInsteadButton({ recovery }: { readonly recovery: EditRecoveryController }) {
  return (
    <Button size="sm" onClick={() => void recovery.keep()}>
      Replace current edits
    </Button>
  );
}

function FileButton({ name, raw }: { readonly name: string; readonly raw: string }) {
  return (
    <Button
      size="sm"
      onClick={() => downloadTextFile(`${convertTextToSafeFileName(name)}, unsaved changes.json`, raw)}
    >
      Save as file
    </Button>
  );
}

/** Resolves once no read of this query is in flight and the page has rendered its result. */
async function untilRead(client: QueryClient, queryKey: QueryKey): Promise<void> {
  const isReading = () => client.isFetching({ queryKey, exact: true }) > 0;
  await new Promise<void>((resolve) => {
    if (!isReading()) return resolve();
    const stop = client.getQueryCache().subscribe(() => {
      if (isReading()) return;
      stop();
      resolve();
    });
  });
  await new Promise((resolve) => {
    setTimeout(resolve);
  });
}
