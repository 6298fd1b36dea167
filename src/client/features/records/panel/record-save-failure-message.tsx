import { useState } from "react";
import type { FlowRecord } from "#contract/record.ts";
import { isSignInRequiredError } from "#client/data/api/api-error.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { SignInDialog } from "#client/page/sign-in-dialog.tsx";
import { UpgradeLink } from "#client/page/upgrade-link.tsx";
import type { RecordEditorState, RecordSaveFailure } from "./use-record-editor.ts";

const RecordChangedDialog = createLazyDialog(
  async () => (await import("./changed-dialog.tsx")).RecordChangedDialog,
);

type RecordSaveFailureMessageProps = {
  readonly trouble: RecordSaveFailure | undefined;
  readonly isChanged: boolean;
  readonly editing: RecordEditorState;
  readonly readOnlyReason: string | undefined;
  readonly onOverwrite: (current: FlowRecord) => void;
  readonly onCreateAgain: () => void;
};

export function RecordSaveFailureMessage(props: RecordSaveFailureMessageProps) {
  const { trouble, isChanged, editing, readOnlyReason, onOverwrite, onCreateAgain } = props;
  const [isSigningIn, setSigningIn] = useState(false);
  if (!trouble) {
    if (!isChanged) return null;
    return (
      <p role="status" className="mb-4 rounded-md bg-warning-soft px-3 py-2 text-sm text-warning">
        This record was changed elsewhere. Save asks before overwriting.
      </p>
    );
  }
  switch (trouble.type) {
    case "changed":
      return (
        <RecordChangedDialog
          current={trouble.current}
          formState={editing.formState}
          onOverwrite={() => onOverwrite(trouble.current)}
          onTakeTheirs={() => editing.show(trouble.current)}
          onClose={editing.forgetTrouble}
        />
      );
    case "gone":
      return (
        <div role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          <p>This record was deleted elsewhere. Your changes are kept until you close it.</p>
          <Button
            size="sm"
            busy={editing.isSaving}
            disabledReason={readOnlyReason}
            className="mt-2"
            onClick={onCreateAgain}
          >
            Create again
          </Button>
        </div>
      );
    case "failed":
      return (
        <div role="alert" className="mb-4 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          <p>
            Not saved. Your input is kept. {trouble.text}
            <UpgradeLink error={trouble.error} />
          </p>
          {isSignInRequiredError(trouble.error) && (
            <Button size="sm" className="mt-2" onClick={() => setSigningIn(true)}>
              Sign in
            </Button>
          )}
          {isSigningIn && (
            <SignInDialog
              description="Sign in with the same key to continue. With another key, your input is lost."
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
