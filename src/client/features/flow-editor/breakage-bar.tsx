import { TriangleAlert, Undo2, X } from "lucide-react";
import { useStore } from "zustand";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { Button } from "#client/ui/button.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { joinClasses } from "#client/ui/join-classes.ts";
import { useEditor } from "./editor-context.tsx";

type BreakageBarProps = { readonly onUndo: () => void };

/**
 * Under the list after an edit that broke a reference, for as long as the flow stands as that edit left it: what is broken,
 * and each way out as one press. It was announced with the edit itself, so it is no live region of its own.
 */
export function BreakageBar({ onUndo }: BreakageBarProps) {
  const { actions, breakage: store } = useEditor();
  const document = useOpenFlowState(({ history }) => history.document);
  const breakage = useStore(store, ({ now }) => now);
  if (breakage?.document !== document) return null;
  const { verdict, waysOut } = breakage;
  const isBroken = verdict.type === "breaks";
  const close = () => {
    store.setState({ now: undefined });
    const [key] = actions.targetsNow();
    if (key !== undefined) actions.focusStep(key);
  };
  return (
    <section
      aria-label="What this change breaks"
      className={joinClasses(
        "flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-t border-line py-2 pr-2 pl-4 text-sm",
        isBroken ? "bg-danger-soft" : "bg-warning-soft",
      )}
    >
      <TriangleAlert
        aria-hidden="true"
        className={joinClasses("size-4 shrink-0", isBroken ? "text-danger" : "text-warning")}
      />
      <p className="min-w-48 flex-1 break-words">{verdict.sentence}</p>
      <div className="flex flex-wrap items-center gap-2">
        {waysOut.map(({ label, run }) => (
          <Button key={label} size="sm" onClick={run}>
            {label}
          </Button>
        ))}
        <Button size="sm" icon={Undo2} onClick={onUndo}>
          Undo
        </Button>
        <IconButton label="Leave it like this" icon={X} size="sm" onClick={close} />
      </div>
    </section>
  );
}
