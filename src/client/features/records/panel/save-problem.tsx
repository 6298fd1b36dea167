import { useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { Button } from "#client/ui/button.tsx";
import { lazyPart, sayItDidNotOpen } from "#client/ui/lazy-part.tsx";
import { SignInDialog } from "#client/flow/sign-in-dialog.tsx";
import type { RecordEditing, SaveTrouble } from "./use-record-editor.ts";

const ChangedDialog = lazyPart(async () => (await import("./changed-dialog.tsx")).ChangedDialog, {
  onFail: sayItDidNotOpen,
});

type SaveProblemProps = {
  readonly trouble: SaveTrouble | undefined;
  /** There is a newer version, which what was typed does not stand on. */
  readonly isChanged: boolean;
  readonly editing: RecordEditing;
  readonly onOverwrite: (current: FlowRecord) => void;
  readonly onCreateAgain: () => void;
};

/** Above the fields: why they were not saved, and what can be done. What was typed stays. */
export function SaveProblem(props: SaveProblemProps) {
  const { trouble, isChanged, editing, onOverwrite, onCreateAgain } = props;
  const [isSigningIn, setSigningIn] = useState(false);
  if (!trouble) {
    if (!isChanged) return null;
    return (
      <p role="status" className="mb-4 rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
        This record was changed elsewhere since you began. Before anything of that is written over, Save asks.
      </p>
    );
  }
  switch (trouble.type) {
    case "changed":
      return (
        <ChangedDialog
          current={trouble.current}
          draft={editing.draft}
          onOverwrite={() => onOverwrite(trouble.current)}
          onTakeTheirs={() => editing.show(trouble.current)}
          onClose={editing.forgetTrouble}
        />
      );
    case "gone":
      return (
        <div role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          <p>This record was deleted elsewhere. What stands here is kept as long as it is open.</p>
          <Button size="sm" busy={editing.isSaving} className="mt-2" onClick={onCreateAgain}>
            Create it again
          </Button>
        </div>
      );
    case "failed":
      return (
        <div role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          <p>Not saved; what you typed is still here. {trouble.text}</p>
          {trouble.needsSignIn && (
            <Button size="sm" className="mt-2" onClick={() => setSigningIn(true)}>
              Sign in
            </Button>
          )}
          {isSigningIn && (
            <SignInDialog
              onSignedIn={() => {
                setSigningIn(false);
                editing.forgetTrouble();
              }}
              onClose={() => setSigningIn(false)}
            />
          )}
        </div>
      );
  }
}
