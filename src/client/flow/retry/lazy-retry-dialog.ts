import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import type { RetryDialogProps } from "./retry-dialog.tsx";

export const LazyRetryDialog = createLazyDialog<RetryDialogProps>(
  async () => (await import("./retry-dialog.tsx")).RetryDialog,
);
