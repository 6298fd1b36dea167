import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useStore } from "zustand";
import { quoteName } from "#core/text/quote-name.ts";
import {
  SAVED_VIEW_LIMITS,
  type SavedView,
  addView,
  deleteView,
  editView,
  findViewNameFault,
  savedViewStore,
} from "#client/data/device/saved-views.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { InlineTextEditor } from "#client/ui/fields/inline-text-editor.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import type { ViewedList, ViewsDialog } from "./views-menu.tsx";

type ViewsDialogsProps = {
  readonly list: ViewedList;
  readonly dialog: ViewsDialog;
  readonly onOpen: (view: SavedView) => void;
  readonly onClose: () => void;
};

export function ViewsDialogs({ list, dialog, onOpen, onClose }: ViewsDialogsProps) {
  switch (dialog.type) {
    case "save":
      return <SaveViewDialog list={list} search={dialog.search} onOpen={onOpen} onClose={onClose} />;
    case "manage":
      return <ManageViewsDialog list={list} onOpen={onOpen} onClose={onClose} />;
    case "conflict":
      return (
        <ViewConflictDialog
          list={list}
          view={dialog.view}
          mine={dialog.mine}
          onOpen={onOpen}
          onClose={onClose}
        />
      );
  }
}

const NOT_STORED = "Couldn’t save the view. The browser’s storage is full or blocked.";

type SaveViewDialogProps = Omit<ViewsDialogsProps, "dialog"> & { readonly search: string };

function SaveViewDialog({ list, search, onOpen, onClose }: SaveViewDialogProps) {
  const views = useStore(savedViewStore);
  const [name, setName] = useState("");
  const [error, setError] = useState<string>();
  const save = (event?: FormEvent) => {
    event?.preventDefault();
    const fault = findViewNameFault(views, name);
    if (fault !== undefined) return setError(fault);
    const outcome = addView({ name, search, page: list.page });
    if (outcome.type === "done") onOpen(outcome.view);
    else if (outcome.type === "full")
      setError(`You have ${SAVED_VIEW_LIMITS.views} views. Delete one first.`);
    else setError(NOT_STORED);
  };
  return (
    <Dialog
      title="Save view"
      description={`${list.describe(search)}. Saved in this browser.`}
      size="sm"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => save()}>
            Save view
          </Button>
        </>
      }
    >
      <form noValidate onSubmit={save}>
        <TextField
          label="Name"
          data-autofocus=""
          dir="auto"
          value={name}
          error={error}
          onChange={({ target }) => {
            setName(target.value);
            setError(undefined);
          }}
        />
      </form>
    </Dialog>
  );
}

function ManageViewsDialog({ list, onOpen, onClose }: Omit<ViewsDialogsProps, "dialog">) {
  const allViews = useStore(savedViewStore);
  const views = allViews.filter(({ page }) => page === list.page);
  return (
    <Dialog
      title="Saved views"
      description="Saved in this browser. “Export all flows” includes them."
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {views.length === 0 ? (
        <p className="py-4 text-sm text-muted">No saved views.</p>
      ) : (
        <ul aria-label="Saved views" className="flex flex-col divide-y divide-line">
          {views.map((view) => (
            <ViewItem key={view.id} list={list} view={view} views={allViews} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

type ViewItemProps = Pick<ViewsDialogsProps, "list" | "onOpen"> & {
  readonly view: SavedView;
  readonly views: readonly SavedView[];
};

function ViewItem({ list, view, views, onOpen }: ViewItemProps) {
  // The name when the edit began: another tab may rename the view meanwhile.
  const [seen, setSeen] = useState<string>();
  const [problem, setProblem] = useState<{ readonly text: string; readonly mine?: string }>();
  const rename = (mine: string, from: string) => {
    const fault = findViewNameFault(views, mine, view.id);
    if (fault !== undefined) return setProblem({ text: `${fault} The name was not changed.` });
    const outcome = editView(view.id, "name", { seen: from, value: mine });
    if (outcome.type === "conflict")
      setProblem({ text: `Renamed to ${quoteName(outcome.view.name)} in another tab.`, mine });
    else setProblem(outcome.type === "done" ? undefined : { text: NOT_STORED });
  };
  const remove = () => {
    if (!deleteView(view.id)) return setProblem({ text: NOT_STORED });
    toasts.show({
      text: `Deleted the view ${quoteName(view.name)}.`,
      action: { label: "Undo", run: () => restore(view) },
    });
  };
  return (
    <li className="flex flex-col gap-1 py-2">
      <div className="flex items-center gap-2">
        <div data-in-place="" className="min-w-0 flex-1">
          <InlineTextEditor
            label="View name"
            value={view.name}
            maxLength={SAVED_VIEW_LIMITS.name}
            emptyMessage="Name is required."
            {...(seen !== undefined && { editing: true })}
            onEditingChange={(editing) => setSeen(editing ? view.name : undefined)}
            onCommit={(name) => rename(name, seen ?? view.name)}
            className="text-sm font-medium"
          />
          <p className="truncate text-xs text-muted">{list.describe(view.search)}</p>
        </div>
        <Button size="sm" onClick={() => onOpen(view)} aria-label={`Open ${view.name}`}>
          Open
        </Button>
        <IconButton label={`Delete ${view.name}`} icon={Trash2} onClick={remove} />
      </div>
      {problem && (
        <p role="alert" className="flex flex-wrap items-center gap-2 text-sm text-danger">
          {problem.text}
          {problem.mine !== undefined && (
            <>
              <Button size="sm" onClick={() => setProblem(undefined)}>
                Keep {quoteName(view.name)}
              </Button>
              <Button size="sm" onClick={() => rename(problem.mine ?? view.name, view.name)}>
                Rename to {quoteName(problem.mine)}
              </Button>
            </>
          )}
        </p>
      )}
    </li>
  );
}

function restore(view: SavedView): void {
  if (addView(view).type === "done") return;
  toasts.show({
    tone: "danger",
    text: `Couldn’t restore the view ${quoteName(view.name)}. The browser’s storage is full or blocked.`,
    action: { label: "Retry", run: () => restore(view) },
  });
}

type ViewConflictDialogProps = Omit<ViewsDialogsProps, "dialog"> & {
  readonly view: SavedView;
  readonly mine: string;
};

function ViewConflictDialog({ list, view, mine, onOpen, onClose }: ViewConflictDialogProps) {
  const [isNaming, setNaming] = useState(false);
  const [error, setError] = useState<string>();
  if (isNaming) return <SaveViewDialog list={list} search={mine} onOpen={onOpen} onClose={onClose} />;
  const replace = () => {
    const outcome = editView(view.id, "search", { seen: view.search, value: mine });
    if (outcome.type === "done") onOpen(outcome.view);
    else setError(outcome.type === "refused" ? NOT_STORED : "The view was changed again. Close and retry.");
  };
  return (
    <Dialog
      title={`${quoteName(view.name)} was changed in another tab`}
      description="Both sets of filters are kept until you choose."
      size="sm"
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => onOpen(view)}>Use theirs</Button>
          <Button onClick={() => setNaming(true)}>Save mine as new view</Button>
          <Button variant="primary" onClick={replace}>
            Replace with mine
          </Button>
        </>
      }
    >
      <dl className="flex flex-col gap-3 text-sm">
        <div>
          <dt className="text-xs text-muted">Theirs</dt>
          <dd dir="auto" className="break-words">
            {list.describe(view.search)}
          </dd>
        </div>
        <div>
          <dt className="text-xs text-muted">Mine</dt>
          <dd dir="auto" className="break-words">
            {list.describe(mine)}
          </dd>
        </div>
      </dl>
      {error !== undefined && (
        <p role="alert" className="mt-3 text-sm text-danger">
          {error}
        </p>
      )}
    </Dialog>
  );
}
