import { useMutation } from "@tanstack/react-query";
import type { SavedAlert } from "#contract/alerts.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { alertMutations } from "#client/data/mutations/alert-mutations.ts";
import { Button } from "#client/ui/controls/button.tsx";

type NewSecretProps = {
  readonly id: string;
  readonly disabledReason: string | undefined;
  readonly onGenerated: (alert: SavedAlert) => void;
};

/** Generates another secret that signs the requests of an alert, because the old one is not shown again. */
export function NewSecret({ id, disabledReason, onGenerated }: NewSecretProps) {
  const { mutate, isPending, error } = useMutation(alertMutations.rotateSecret());
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
      <p className="min-w-0 text-sm text-muted">The signing secret was shown once.</p>
      <Button
        size="sm"
        busy={isPending}
        disabledReason={disabledReason}
        onClick={() => mutate(id, { onSuccess: onGenerated })}
      >
        New secret
      </Button>
      {error && (
        <p role="alert" className="w-full text-sm text-danger">
          {describeRequestErrorForUser(error)}
        </p>
      )}
    </div>
  );
}
