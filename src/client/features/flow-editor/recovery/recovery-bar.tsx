import { useQueryClient } from "@tanstack/react-query";
import { FileClock, X } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useStore } from "zustand";
import { parseFlowLike } from "#core/adopt-flow.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import type { Journal } from "#client/document/journal/journal.ts";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { useFocusBack } from "#client/features/flow-editor/use-focus-back.ts";
import { announce } from "#client/ui/announce.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { useFocusKept } from "#client/ui/use-focus-kept.ts";
import { useMinuteClock } from "#client/ui/minute-clock.ts";
import { ChangesDialog } from "./changes-dialog.tsx";
import { type Draft, type Recovery, type RecoveryItem, createRecovery } from "./create-recovery.ts";
import { describeItem } from "./describe-item.ts";
import { type Standing, judgeDraft } from "./judge-draft.ts";
import { RecoveryActions } from "./recovery-actions.tsx";
import { untilRead } from "./until-read.ts";

export type RecoveryBarProps = { readonly journal: Journal };

/** Unsaved work that other pages left behind, one draft at a time: what was done with it, and what can be. */
export function RecoveryBar({ journal }: RecoveryBarProps) {
  const openFlow = useOpenFlow();
  const client = useQueryClient();
  const [recovery] = useState(() =>
    createRecovery(openFlow, {
      journal,
      untilRead: () => untilRead(client, flowQueries.detail(openFlow.getState().flow.id).queryKey),
    }),
  );
  const begin = useEffectEvent(() => void recovery.begin(journal.getState().found));
  // Drafts are held by locks of the browser, outside of React.
  useEffect(() => {
    begin();
    return recovery.end;
  }, [recovery]);
  const item = useStore(recovery, (state) => state.item);
  return item && <ItemBar {...{ recovery, item }} />;
}

type ItemBarProps = {
  readonly recovery: Recovery;
  readonly item: RecoveryItem;
};

function ItemBar({ recovery, item }: ItemBarProps) {
  const { number, total } = useStore(recovery);
  const standing = useOpenFlowState((state): Standing =>
    item.type === "offered" ? judgeDraft(state, item.draft.work) : "fits",
  );
  const [shown, setShown] = useState<RecoveryItem>();
  const bar = useRef<HTMLElement>(null);
  const openFlow = useOpenFlow();
  const parseLike = ({ work }: Draft) => parseFlowLike(work.history.base.document, openFlow.getState().flow);
  useFocusBack(bar);
  const keepFocus = useFocusKept(bar);
  const text = describeItem(item, standing, useMinuteClock());
  // What the bar says is news whenever it is another sentence.
  useEffect(() => void announce(text), [text]);

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
      <div className="flex flex-wrap items-center gap-2">
        <RecoveryActions {...{ recovery, item, standing }} onShow={() => setShown(item)} />
        <IconButton
          label={item.type === "offered" || item.type === "unreadable" ? "Decide later" : "Dismiss"}
          icon={X}
          size="sm"
          onClick={() => void recovery.next()}
        />
      </div>
      {(shown?.type === "recovered" || shown?.type === "offered") && (
        <ChangesDialog
          draft={shown.draft}
          theirs={standing === "moved-on" ? parseLike(shown.draft) : undefined}
          onClose={() => setShown(undefined)}
        />
      )}
    </section>
  );
}
