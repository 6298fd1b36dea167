import type { QueryClient } from "@tanstack/react-query";
import type { AccountRunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import { checkManagedSecrets } from "#client/data/queries/secret-checks.ts";
import type { FlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";
import { isEventTargetInTextField } from "#client/ui/focus/key-target.ts";

const DEBOUNCE_MS = 300;
/** Delay while a text field has the focus: the name may be half typed. */
const TYPING_DEBOUNCE_MS = 2500;

/**
 * Checks the secrets of the flow in the connected account whenever their names change, and the missing ones again when
 * the user comes back to the page, on which they may have been created meanwhile.
 */
export function watchManagedSecrets(
  client: QueryClient,
  analysis: FlowAnalysisService,
  onChange: (environment: AccountRunEnvironment) => void,
): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending = "[]";

  const listNames = () => {
    const document = analysis.getState().analysis?.document;
    return document && analysis.code()?.listSecretNames(document);
  };
  const check = async () => {
    const names = listNames();
    if (!names) return;
    const managedSecrets = await checkManagedSecrets(client, names, { signal });
    if (!signal.aborted) onChange({ managedSecrets });
  };
  const schedule = () => {
    const names = listNames();
    const next = JSON.stringify(names ?? []);
    if (next === pending) return;
    pending = next;
    clearTimeout(timer);
    const delay = isEventTargetInTextField(document.activeElement) ? TYPING_DEBOUNCE_MS : DEBOUNCE_MS;
    timer = setTimeout(() => void check(), delay);
  };
  const onVisible = () => {
    if (document.visibilityState === "visible" && pending !== "[]") void check();
  };

  schedule();
  const unsubscribe = analysis.subscribe(schedule);
  document.addEventListener("visibilitychange", onVisible, { signal });
  addEventListener("focus", onVisible, { signal });
  return () => {
    clearTimeout(timer);
    unsubscribe();
    stopped.abort();
  };
}
