import { useEffect, useState } from "react";
import { hasStoredJournals } from "#client/document/journal/has-stored-journals.ts";
import { UnsavedFormTextNotice } from "#client/page/unsaved-form-text-notice.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";

const UnsavedFlowsNotice = createLazyComponent(
  async () => (await import("./unsaved-flows-notice.tsx")).UnsavedFlowsNotice,
  // Ignores a failed load: opening a flow shows its unsaved edits as well.
  { onFail: () => undefined },
);

type UnsavedWorkNoticeProps = {
  readonly onNewFlow: () => void;
  readonly isDialogOpen: boolean;
};

export function UnsavedWorkNotice({ onNewFlow, isDialogOpen }: UnsavedWorkNoticeProps) {
  const [hasJournals, setHasJournals] = useState(false);
  useEffect(() => void hasStoredJournals().then(setHasJournals), []);
  return (
    <>
      {hasJournals && <UnsavedFlowsNotice />}
      <UnsavedFormTextNotice
        key={String(isDialogOpen)}
        onOpen={({ form }) => {
          if (form === "new-flow") onNewFlow();
          return form === "new-flow";
        }}
      />
    </>
  );
}
