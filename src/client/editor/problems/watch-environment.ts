import { type QueryClient, QueryObserver } from "@tanstack/react-query";
import type { AccountRunEnvironment, RunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import {
  type KnownServerCapabilities,
  hasApiFeature,
  serverCapabilityQueries,
} from "#client/data/queries/capability-queries.ts";
import { environmentQueries } from "#client/data/queries/environment-queries.ts";
import { checkManagedSecrets } from "#client/data/queries/secret-checks.ts";
import type { FlowAnalysisService } from "#client/document/analysis/flow-analysis.ts";
import { isEventTargetInTextField } from "#client/ui/focus/key-target.ts";

const DEBOUNCE_MS = 300;
/** Delay while a text field has the focus, because the name of a secret may be half typed. */
const TYPING_DEBOUNCE_MS = 2500;

/**
 * Reports what runs of the flow can use: the settings of the server if it runs flows itself, else the states of the
 * account's secrets. Starts once the capabilities are known, which may be long after the flow was opened.
 */
export function watchRunEnvironment(
  client: QueryClient,
  analysis: FlowAnalysisService,
  onChange: (environment: RunEnvironment | undefined) => void,
): () => void {
  // Does not fetch: the page itself fetches the capabilities.
  const server = new QueryObserver(client, { ...serverCapabilityQueries.current(), enabled: false });
  let stop: (() => void) | undefined;
  const begin = ({ data }: { readonly data: KnownServerCapabilities | undefined }) => {
    if (data?.runs) stop ??= watchServerEnvironment(client, onChange);
    else if (hasApiFeature(data, "secrets")) stop ??= watchManagedSecrets(client, analysis, onChange);
  };
  const unsubscribe = server.subscribe(begin);
  begin(server.getCurrentResult());
  return () => {
    unsubscribe();
    stop?.();
  };
}

function watchServerEnvironment(
  client: QueryClient,
  onChange: (environment: RunEnvironment | undefined) => void,
): () => void {
  const observer = new QueryObserver(client, environmentQueries.current());
  onChange(observer.getCurrentResult().data);
  return observer.subscribe(({ data }) => onChange(data));
}

/**
 * Checks whether the connected account has the secrets of the flow: whenever their names change, and when the user returns
 * to this browser tab, because missing secrets may have been created elsewhere.
 */
function watchManagedSecrets(
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
