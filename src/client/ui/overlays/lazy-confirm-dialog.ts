import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";

/** For pages whose first paint needs no dialog. */
export const LazyConfirmDialog = createLazyDialog(
  async () => (await import("./confirm-dialog.tsx")).ConfirmDialog,
);
