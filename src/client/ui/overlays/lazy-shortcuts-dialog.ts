import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";

export const LazyShortcutsDialog = createLazyDialog(
  async () => (await import("./shortcuts-dialog.tsx")).ShortcutsDialog,
);
