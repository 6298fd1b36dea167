import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { describeError } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { flowMutations } from "#client/data/flow-mutations.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextArea } from "#client/ui/text-area.tsx";
import { TextField } from "#client/ui/text-field.tsx";

const newFlow = z.object({
  name: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, "A flow needs a name."),
      z.maxLength(FLOW_LIMITS.name, `At most ${FLOW_LIMITS.name} characters.`),
    ),
  description: z.string().check(z.trim()),
});

type NewFlowDialogProps = {
  readonly onCreated: (id: string) => void;
  readonly onClose: () => void;
};

export function NewFlowDialog({ onCreated, onClose }: NewFlowDialogProps) {
  const { data: server } = useQuery(capabilityQueries.current());
  const { mutate, isPending, error } = useMutation(flowMutations.create());
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(newFlow),
    defaultValues: { name: "", description: "" },
  });

  const create = handleSubmit(({ name, description }) => {
    if (isPending) return;
    mutate(
      { name, flowSteps: [], ...(description && { description }) },
      {
        onSuccess: ({ id }) => {
          onClose();
          onCreated(id);
        },
      },
    );
  });

  return (
    <Dialog
      title="New flow"
      size="sm"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={isPending} onClick={() => void create()}>
            Create flow
          </Button>
        </>
      }
    >
      <form noValidate onSubmit={(event) => void create(event)} className="flex flex-col gap-4">
        <TextField
          label="Name"
          data-autofocus=""
          error={formState.errors.name?.message}
          {...register("name")}
        />
        {/* The documented API has no description to keep it in. */}
        {server?.versionTokens && (
          <TextArea
            label="Description"
            hint="Optional. What it is for, in a sentence."
            {...register("description")}
          />
        )}
        {error && (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            Nothing was created. {describeError(error)}
          </p>
        )}
      </form>
    </Dialog>
  );
}
