import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { ModelServerCheckResult, ModelServerConnectionFailure } from "#contract/server-status.ts";
import { environmentQueries } from "#client/data/queries/environment-queries.ts";
import { serverQueries } from "#client/data/queries/server-queries.ts";
import { StepUsesButton } from "#client/flow/step-uses/step-uses-button.tsx";
import { DisclosureButton } from "#client/ui/controls/disclosure-button.tsx";
import { CodeChip } from "#client/ui/controls/inline-text.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import {
  EnvironmentSection,
  LabeledValueList,
  LabeledValueRow,
  StatusLabel,
  UnreadValue,
  type StatusTone,
} from "./environment-section.tsx";

export function ServicesSection() {
  return (
    <EnvironmentSection title="Services">
      <LabeledValueList>
        <ModelsRow />
        <MailRow />
      </LabeledValueList>
    </EnvironmentSection>
  );
}

function ModelsRow() {
  const check = useQuery(serverQueries.modelServer());
  const { data } = check;
  if (!data) {
    return (
      <LabeledValueRow label="Models" detail={!check.error && "Checking the model server…"}>
        <UnreadValue query={check} label="Checking the model server" />
      </LabeledValueRow>
    );
  }
  const { tone, title, text } = describeModelServer(data);
  return (
    <LabeledValueRow
      label="Models"
      end={data.durationMs === undefined ? undefined : formatDuration(data.durationMs)}
      detail={
        <span className="flex flex-col items-start gap-1">
          {data.host !== undefined && (
            <span className="max-w-full font-mono text-xs break-all">{data.host}</span>
          )}
          {text !== undefined && <span>{text}</span>}
          <ModelNames check={data} />
        </span>
      }
    >
      <StatusLabel tone={tone}>{title}</StatusLabel>
    </LabeledValueRow>
  );
}

const SHOWN_MODELS = 8;

function ModelNames({ check }: { readonly check: ModelServerCheckResult }) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const { models, modelCount } = check;
  if (modelCount === undefined) return null;
  if (!models || models.length === 0) return <span>{formatCount(modelCount, "model")}</span>;
  const isLong = models.length > SHOWN_MODELS;
  const shown = isOpen || !isLong ? models : models.slice(0, SHOWN_MODELS);
  const unlisted = modelCount - models.length;
  return (
    <>
      <ul
        id={id}
        aria-label="Models"
        // A scrollable list must be focusable, so that the keyboard can scroll it.
        tabIndex={isOpen ? 0 : undefined}
        className="flex max-h-72 max-w-full flex-wrap gap-1 overflow-y-auto rounded-sm"
      >
        {shown.map((model) => (
          <li key={model} className="flex max-w-full items-center">
            <CodeChip text={model} />
            <StepUsesButton kind="model" name={model} />
          </li>
        ))}
        {isOpen && unlisted > 0 && <li className="text-xs">and {formatCount(unlisted, "more model")}</li>}
      </ul>
      {isLong && (
        <span className="-ml-2">
          <DisclosureButton
            label={isOpen ? "Show fewer models" : `Show all ${formatCount(modelCount, "model")}`}
            isOpen={isOpen}
            controls={id}
            onToggle={() => setOpen(!isOpen)}
          />
        </span>
      )}
    </>
  );
}

function MailRow() {
  const environment = useQuery(environmentQueries.current());
  const { data: status } = useQuery(serverQueries.status());
  const { data } = environment;
  if (!data) {
    return (
      <LabeledValueRow label="Mail">
        <UnreadValue query={environment} label="Loading the mail settings" />
      </LabeledValueRow>
    );
  }
  if (!data.mail) {
    return (
      <LabeledValueRow label="Mail" detail="Set FLOWLINE_SMTP_URL to run email steps.">
        <StatusLabel tone="missing">Not configured</StatusLabel>
      </LabeledValueRow>
    );
  }
  return (
    <LabeledValueRow
      label="Mail"
      detail={
        status?.mailHost !== undefined && (
          <span className="font-mono text-xs break-all">{status.mailHost}</span>
        )
      }
    >
      <StatusLabel tone="good">Configured</StatusLabel>
    </LabeledValueRow>
  );
}

interface StatusDescription {
  readonly tone: StatusTone;
  readonly title: string;
  readonly text?: string;
}

const FAILURES: Readonly<Record<ModelServerConnectionFailure, Omit<StatusDescription, "tone">>> = {
  refused: { title: "Connection refused", text: "Check that the model server is running." },
  "not-found": { title: "Host not found", text: "Check the host in FLOWLINE_MODEL_BASE_URL." },
  certificate: { title: "Certificate rejected", text: "Check the certificate of the model server." },
  broken: {
    title: "Connection failed",
    text: "Check FLOWLINE_MODEL_BASE_URL and the network of this server.",
  },
};

export function describeModelServer(check: ModelServerCheckResult): StatusDescription {
  const { state, status, reason, durationMs } = check;
  const took = durationMs === undefined ? "" : ` within ${formatDuration(durationMs)}`;
  switch (state) {
    case "not-configured":
      return {
        tone: "missing",
        title: "Not configured",
        text: "Set FLOWLINE_MODEL_BASE_URL to run prompt steps.",
      };
    case "reachable":
      return { tone: "good", title: "Reachable" };
    case "no-model-list":
      return {
        tone: "warning",
        title: "No model list",
        text: "The response is not a model list, but prompts may still run. Check the path of FLOWLINE_MODEL_BASE_URL.",
      };
    case "list-too-long":
      return {
        tone: "warning",
        title: "Model list too long",
        text: "The response is too large to list models, but prompts may still run. Check the path of FLOWLINE_MODEL_BASE_URL.",
      };
    case "unauthorized":
      return {
        tone: "bad",
        title: "Key rejected",
        text: `The server responded with ${status}. Check FLOWLINE_MODEL_API_KEY.`,
      };
    case "failed":
      return {
        tone: "bad",
        title: "Failing",
        text: `The server responded with ${status}${status === 429 ? ", too many requests" : ""}. Retry later.`,
      };
    case "not-an-api":
      return {
        tone: "bad",
        title: "Not a model API",
        text: "The response is not JSON. Check FLOWLINE_MODEL_BASE_URL.",
      };
    case "redirected":
      return {
        tone: "bad",
        title: "Redirects",
        text: "Redirects are not followed, so that the key stays with this host. Set FLOWLINE_MODEL_BASE_URL to the final URL.",
      };
    case "timed-out":
      return {
        tone: "bad",
        title: "No response",
        text: `No response${took}. Check that the model server is running.`,
      };
    case "unreachable":
      return { tone: "bad", ...FAILURES[reason ?? "broken"] };
  }
}
