import { templateText } from "#client/flow/templates/template-text-dialog.tsx";
import { zodResolver } from "@hookform/resolvers/zod";
import { useOffersFeature } from "#client/data/queries/capability-queries.ts";
import { useIsMutating, useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, type RefObject, useId, useRef, useState } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import type { Flow } from "#contract/flow.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { isCurrentPage } from "#client/page/current-page.ts";
import { type LeavePageState, UnsavedFormTextGuard } from "#client/page/unsaved-form-text-guard.tsx";
import { ErrorNote } from "#client/page/error-note.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { Tabs } from "#client/ui/controls/tabs.tsx";
import { createLazyComponent } from "#client/ui/hooks/create-lazy-component.tsx";
import { Dialog, RunOnMount } from "#client/ui/overlays/dialog.tsx";
import { TextArea, TextField } from "#client/ui/fields/text-field.tsx";
import { toasts } from "#client/ui/overlays/toasts.ts";
import type { ImportFile } from "./import/read-import-files.ts";

const TemplateGallery = createLazyComponent(
  async () => (await import("./templates/template-gallery.tsx")).TemplateGallery,
  { fallback: <div aria-busy="true" className="h-[min(34rem,62dvh)]" /> },
);

const FileChooser = createLazyComponent(async () => (await import("./import/file-chooser.tsx")).FileChooser);

const newFlowText = z.object({ name: z.string(), description: z.string() });

type NewFlowDialogProps = {
  readonly onCreated: (id: string) => void;
  readonly onImport: (files: readonly ImportFile[]) => void;
  readonly onClose: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

const WAYS = [
  { id: "blank", label: "Blank" },
  { id: "template", label: "Template" },
  { id: "import", label: "Import" },
] as const;
type Way = (typeof WAYS)[number]["id"];

const SIZES = { blank: "sm", template: "xl", import: "md" } as const;

export function NewFlowDialog({ onCreated, onImport, onClose, returnFocus }: NewFlowDialogProps) {
  const leaving = useRef<LeavePageState>(null);
  const router = useRouter();
  const base = useId();
  const [way, setWay] = useState<Way>("blank");
  const isDone = useRef(false);
  const openCreated = ({ id, name }: Pick<Flow, "id" | "name">) => {
    isDone.current = true;
    onClose();
    // Closing continues a blocked navigation, and the list stays mounted until another page is loaded.
    if (!leaving.current?.isLeaving && isCurrentPage(router, "/flows")) onCreated(id);
    else toasts.show({ tone: "success", text: `Created ${quoteName(name)}.` });
  };
  const blank = useBlankFlowForm(openCreated);

  return (
    <Dialog
      title="New flow"
      size={SIZES[way]}
      onClose={onClose}
      returnFocus={returnFocus}
      footer={
        // The gallery renders its own buttons, because they act on the template that it shows.
        way !== "template" && (
          <>
            <Button onClick={onClose}>Cancel</Button>
            {way === "blank" && (
              <Button variant="primary" busy={blank.isPending} onClick={() => void blank.create()}>
                Create flow
              </Button>
            )}
          </>
        )
      }
    >
      <div className="mb-4">
        <Tabs label="Start from" tabs={WAYS} selected={way} onSelect={setWay} />
      </div>
      <WayPanel label="Blank" isHidden={way !== "blank"} id={`${base}-blank`}>
        <BlankFlowForm blank={blank} leaving={leaving} isDone={isDone} />
      </WayPanel>
      {way === "template" && (
        <WayPanel label="Template" id={`${base}-template`}>
          <TemplateGallery
            name={blank.typed.name.trim()}
            description={blank.typed.description.trim()}
            onCreated={openCreated}
            onClose={onClose}
          />
        </WayPanel>
      )}
      {way === "import" && (
        <WayPanel label="Import" id={`${base}-import`}>
          <p className="mb-3 text-sm text-muted">
            JSON or ZIP files with flows, exports or dispatch requests. A preview comes first.
          </p>
          <FileChooser
            state={{ type: "choosing" }}
            onPick={(files) => {
              if (files.length === 0) return;
              // The import replaces this dialog and does not use its text.
              isDone.current = true;
              onImport(files);
            }}
          />
        </WayPanel>
      )}
    </Dialog>
  );
}

/** Returns the form of a blank flow, its current text, and the function that creates the flow. */
function useBlankFlowForm(onCreated: (flow: Flow) => void) {
  const { mutate, isPending, error } = useMutation(flowMutations.create());
  // A double click's second click can come before the render that makes the button busy.
  const isSent = useRef(false);
  const form = useForm({
    resolver: zodResolver(templateText),
    defaultValues: { name: "", description: "" },
  });
  // Renders on every keystroke, for the hook that persists unsaved form text.
  const typed = form.watch();
  const create = form.handleSubmit(({ name, description }) => {
    if (isSent.current) return;
    isSent.current = true;
    mutate(
      { name, flowSteps: [], ...(description && { description }) },
      {
        onSuccess: onCreated,
        onError: () => {
          isSent.current = false;
        },
      },
    );
  });
  return { form, typed, create, isPending, error };
}

type BlankFlowFormProps = {
  readonly blank: ReturnType<typeof useBlankFlowForm>;
  readonly leaving: RefObject<LeavePageState | null>;
  /** Whether the form has nothing to lose any more: the flow is created, or an import replaces the dialog. */
  readonly isDone: RefObject<boolean>;
};

function BlankFlowForm({ blank: { form, create, error }, leaving, isDone }: BlankFlowFormProps) {
  const hasDescriptions = useOffersFeature("descriptions");
  // True while this dialog or the template gallery creates a flow, since both use this mutation key.
  const isCreating = useIsMutating({ mutationKey: flowMutations.create().mutationKey }) > 0;
  const { register, formState, setValue, setFocus, getValues } = form;

  return (
    <form noValidate onSubmit={(event) => void create(event)} className="flex flex-col gap-4">
      <TextField
        label="Name"
        data-autofocus=""
        error={formState.errors.name?.message}
        {...register("name")}
      />
      {hasDescriptions && <TextArea label="Description" hint="Optional." {...register("description")} />}
      {/* The dialog focuses the field later, and keystrokes in between would be lost. */}
      <RunOnMount run={() => setFocus("name")} />
      <RunOnMount run={TemplateGallery.preload} />
      <UnsavedFormTextGuard
        form="new-flow"
        isBusy={isCreating}
        ref={leaving}
        title="New flow"
        path="/flows"
        isTyped={() => !isDone.current && Object.values(getValues()).some((text) => text !== "")}
        value={() => getValues()}
        onRestore={(value) => {
          const restored = newFlowText.safeParse(value);
          if (!restored.success) return;
          setValue("name", restored.data.name);
          setValue("description", restored.data.description);
        }}
      />
      {error && (
        <ErrorNote error={error}>Couldn’t create the flow. {describeRequestErrorForUser(error)}</ErrorNote>
      )}
    </form>
  );
}

type WayPanelProps = {
  readonly id: string;
  readonly label: string;
  readonly isHidden?: boolean;
  readonly children: ReactNode;
};

/** A tab panel that can stay mounted while hidden, so that pending input is not lost. */
function WayPanel({ id, label, isHidden = false, children }: WayPanelProps) {
  return (
    <div id={id} role="tabpanel" aria-label={label} hidden={isHidden}>
      {children}
    </div>
  );
}
