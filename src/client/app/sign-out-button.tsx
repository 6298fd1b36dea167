import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { describeError } from "#client/data/api-error.ts";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { recordQueries } from "#client/data/record-queries.ts";
import { sessionMutations } from "#client/data/session-mutations.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { toasts } from "#client/ui/toasts.ts";

/** Only there for a browser that signed in. */
export function SignOutButton() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: server } = useQuery(capabilityQueries.current());
  const { mutate } = useMutation(sessionMutations.signOut());
  if (server?.auth !== "required" || !server.signedIn) return null;

  const signOut = async () => {
    // A page with unsaved edits may ask and stay: then the session stays too.
    await router.navigate({ to: "/sign-in" });
    if (router.state.location.pathname !== "/sign-in") return;
    mutate(undefined, {
      onSuccess: () => {
        for (const queryKey of [flowQueries.all(), recordQueries.all()])
          queryClient.removeQueries({ queryKey });
      },
      onError: (error) =>
        toasts.show({ tone: "danger", text: `You are still signed in. ${describeError(error)}` }),
    });
  };
  return <IconButton label="Sign out" icon={LogOut} onClick={() => void signOut()} />;
}
