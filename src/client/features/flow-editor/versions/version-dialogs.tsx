import { PublishVersionDialog } from "./publish-version-dialog.tsx";
import { RestoreDialog, type Restored } from "./restore-dialog.tsx";
import type { VersionRef } from "./use-version-commands.ts";

export type VersionDialog = { readonly type: "restore" | "publish"; readonly version: VersionRef };

type VersionDialogsProps = {
  readonly dialog: VersionDialog | undefined;
  readonly onRestored: (restored: Restored) => void;
  readonly onClose: () => void;
};

export function VersionDialogs({ dialog, onRestored, onClose }: VersionDialogsProps) {
  switch (dialog?.type) {
    case "restore":
      return <RestoreDialog version={dialog.version} {...{ onRestored, onClose }} />;
    case "publish":
      return <PublishVersionDialog version={dialog.version} onClose={onClose} />;
    case undefined:
      return null;
  }
}
