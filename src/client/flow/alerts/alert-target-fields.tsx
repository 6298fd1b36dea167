import { type UseFormReturn, useWatch } from "react-hook-form";
import { useRunSettings } from "#client/data/queries/environment-queries.ts";
import { Select } from "#client/ui/controls/select.tsx";
import { TextField } from "#client/ui/fields/text-field.tsx";
import type { AlertForm } from "./alert-form.ts";

const TARGETS = [
  { value: "mail", label: "Email" },
  { value: "webhook", label: "Webhook" },
] as const;

export function AlertTargetFields({ form }: { readonly form: UseFormReturn<AlertForm> }) {
  const { register, control, formState } = form;
  const targetType = useWatch({ control, name: "targetType" });
  const { data: settings } = useRunSettings();
  return (
    <div className="grid gap-4 sm:grid-cols-[9rem_minmax(0,1fr)] sm:items-start">
      <Select label="Send as" options={TARGETS} {...register("targetType")} />
      {targetType === "mail" ? (
        <TextField
          label="To"
          inputMode="email"
          placeholder="ada@example.com, team@example.com"
          error={formState.errors.addresses?.message}
          warning={
            settings?.mail === false
              ? "No mail server is connected. Set FLOWLINE_SMTP_URL on the server."
              : undefined
          }
          {...register("addresses")}
        />
      ) : (
        <TextField
          label="URL"
          inputMode="url"
          placeholder="https://hooks.example.com/flowline"
          hint="POST with JSON, signed as in Standard Webhooks."
          error={formState.errors.url?.message}
          {...register("url")}
        />
      )}
    </div>
  );
}
