import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { countUnsavedEdits } from "#client/document/unsaved-edits.ts";
import { useEditor } from "#client/features/flow-editor/editor-context.tsx";
import { downloadText, toFileName } from "#client/flow/download-flow.ts";
import { Button } from "#client/ui/button.tsx";
import type { Draft, Recovery, RecoveryItem } from "./create-recovery.ts";
import type { Standing } from "./judge-draft.ts";

type RecoveryActionsProps = {
  readonly recovery: Recovery;
  readonly item: RecoveryItem;
  readonly standing: Standing;
  readonly onShow: () => void;
};

/** What can be done with a draft. */
export function RecoveryActions({ recovery, item, standing, onShow }: RecoveryActionsProps) {
  switch (item.type) {
    case "recovered":
      return (
        <>
          <ShowButton onShow={onShow} />
          <DiscardRecovered recovery={recovery} draft={item.draft} />
        </>
      );
    case "offered":
      return (
        <>
          <ShowButton onShow={onShow} />
          <TakeButtons {...{ recovery, standing }} />
          {item.draft.rest && (
            <FileButton name={item.draft.claimed.found.flowName} raw={item.draft.rest.raw} />
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

/** Once something was edited on top, what goes is more than was recovered, and is shown first. */
function DiscardRecovered({ recovery, draft }: { readonly recovery: Recovery; readonly draft: Draft }) {
  const openFlow = useOpenFlow();
  const { openDialog } = useEditor();
  const isUnsaved = useOpenFlowState((state) => countUnsavedEdits(state) > 0);
  if (!isUnsaved) return null;
  const discard = () => {
    openFlow.settle();
    const { history, brokenTexts, unappliedText } = openFlow.getState();
    const { work } = draft;
    const isAsRecovered =
      history.document === work.history.document &&
      history.base === work.history.base &&
      brokenTexts === work.brokenTexts &&
      unappliedText === work.unappliedText;
    if (isAsRecovered) void recovery.discard();
    else openDialog({ type: "discard", to: "saved" });
  };
  return <DiscardButton onDiscard={discard} />;
}

type TakeButtonsProps = Pick<RecoveryActionsProps, "recovery" | "standing">;

function TakeButtons({ recovery, standing }: TakeButtonsProps) {
  const { openDialog } = useEditor();
  const keepAndCatchUp = async () => {
    if (await recovery.keepAndCatchUp()) openDialog({ type: "settle", isSaving: false });
  };
  switch (standing) {
    case "fits":
      return (
        <Button size="sm" onClick={() => void recovery.keep()}>
          Keep what was read
        </Button>
      );
    case "unsure":
      return (
        <Button size="sm" onClick={() => void keepAndCatchUp()}>
          Keep what was read
        </Button>
      );
    case "moved-on":
      return (
        <>
          <Button size="sm" onClick={() => void recovery.keep()}>
            Keep mine
          </Button>
          <Button size="sm" onClick={() => void keepAndCatchUp()}>
            Merge
          </Button>
        </>
      );
    case "beside":
      return (
        <>
          <Button size="sm" onClick={() => void recovery.mergeIn()}>
            Merge
          </Button>
          <UseInsteadButton recovery={recovery} />
        </>
      );
    case "apart":
      return <UseInsteadButton recovery={recovery} />;
  }
}

function UseInsteadButton({ recovery }: { readonly recovery: Recovery }) {
  return (
    <Button size="sm" onClick={() => void recovery.keep()}>
      Use instead
    </Button>
  );
}

function FileButton({ name, raw }: { readonly name: string; readonly raw: string }) {
  return (
    <Button size="sm" onClick={() => downloadText(`${toFileName(name)}, unsaved changes.json`, raw)}>
      Save as a file
    </Button>
  );
}
