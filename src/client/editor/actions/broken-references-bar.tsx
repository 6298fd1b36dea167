import { TriangleAlert, Undo2, X } from "lucide-react";
import { useStore } from "zustand";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { WrappingButton } from "#client/ui/controls/wrapping-button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { NO_ACTION_TARGET_STEPS } from "./define-action.ts";
import { undoFlowEditAction } from "./undo.ts";

/** Until the document changes again. Not a live region: the edit has announced the broken references. */
export function BrokenReferencesBar() {
  const editor = useEditor();
  const { brokenReferences: store } = editor;
  const document = useOpenFlowState(({ history }) => history.document);
  const brokenReferences = useStore(store, ({ now }) => now);
  if (brokenReferences?.document !== document) return null;
  const { impact, quickFixes } = brokenReferences;
  const isBroken = impact.type === "breaks";
  const close = () => {
    store.setState({ now: undefined });
    const [key] = editor.targetsNow();
    if (key !== undefined) editor.focusStep(key);
  };
  return (
    <section
      aria-label="Broken references"
      className={joinClasses(
        "flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-t border-line py-2 pr-2 pl-4 text-sm",
        isBroken ? "bg-danger-soft" : "bg-warning-soft",
      )}
    >
      <TriangleAlert
        aria-hidden="true"
        className={joinClasses("size-4 shrink-0", isBroken ? "text-danger" : "text-warning")}
      />
      <p className="min-w-48 flex-1 break-words">{impact.sentence}</p>
      <div className="flex flex-wrap items-center gap-2 max-sm:w-full">
        {quickFixes.map(({ label, run }) => (
          <WrappingButton key={label} size="sm" onClick={run}>
            {label}
          </WrappingButton>
        ))}
        <Button size="sm" icon={Undo2} onClick={() => undoFlowEditAction.run(editor, NO_ACTION_TARGET_STEPS)}>
          Undo
        </Button>
        <IconButton label="Dismiss" icon={X} size="sm" className="max-sm:ml-auto" onClick={close} />
      </div>
    </section>
  );
}
