import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, FilePlus } from "lucide-react";
import { useRef } from "react";
import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { FileInput } from "#client/features/flow-list/import/file-input.tsx";
import { parsePreviewedFlow } from "#client/features/flow-list/import/previewed-flow.ts";
import type { ImportFile } from "#client/features/flow-list/import/read-import-files.ts";
import { readImportFilesInWorker } from "#client/features/flow-list/import/read-in-worker.ts";
import {
  addOwnTemplate,
  describeTemplateStorageError,
  ownTemplateQueries,
} from "#client/flow/templates/own-templates.ts";
import { omitCredentials } from "#client/flow/templates/omit-credentials.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { downloadTextFile } from "#client/flow/download-flow.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";

type TemplateFilesProps = {
  /** The templates of the user that can be exported. */
  readonly own: readonly FlowTemplateBody[];
};

/** Template files and flow files have the same format. */
export function TemplateFiles({ own }: TemplateFilesProps) {
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: addTemplatesOfFiles,
    onSuccess: ({ added }) => {
      if (added > 0) toasts.show({ text: `Added ${formatCount(added, "template")}.`, tone: "success" });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ownTemplateQueries.list().queryKey }),
    retry: false,
  });
  return (
    <div className="flex shrink-0 flex-col items-start gap-1">
      <div className="flex flex-wrap">
        <Button
          icon={FilePlus}
          variant="ghost"
          size="sm"
          busy={isPending}
          onClick={() => input.current?.click()}
        >
          Add from file…
        </Button>
        {own.length > 0 && (
          <Button
            icon={Download}
            variant="ghost"
            size="sm"
            onClick={() => {
              downloadTextFile("templates.json", `${JSON.stringify(own, null, 2)}\n`);
              toasts.show({ text: `Exported ${formatCount(own.length, "template")}.`, tone: "success" });
            }}
          >
            Export yours
          </Button>
        )}
      </div>
      <FileInput
        ref={input}
        label="Files with templates"
        onPick={(files) => files.length > 0 && mutate(files)}
      />
      {error && (
        <p role="alert" className="px-2 text-xs text-danger">
          Couldn’t read the files. Choose them again.
        </p>
      )}
      {data?.failed && (
        <p role="alert" className="px-2 text-xs text-danger">
          Couldn’t add {formatCount(data.failed.count, "template")}.{" "}
          {describeTemplateStorageError(data.failed.error)}
        </p>
      )}
      {data && data.refused.length > 0 && (
        <ul role="alert" className="max-h-24 w-full overflow-y-auto px-2 text-xs text-danger">
          {data.refused.slice(0, 20).map(({ path, reason }) => (
            <li key={path} className="break-words">
              {path}: {reason}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface AddedTemplates {
  readonly added: number;
  /** The templates that the browser did not store, because it refused the first of them. */
  readonly failed: { readonly count: number; readonly error: unknown } | undefined;
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

async function addTemplatesOfFiles(files: readonly ImportFile[]): Promise<AddedTemplates> {
  const read = await readImportFilesInWorker(files, new AbortController().signal, () => undefined);
  const refused = read.flatMap((file) =>
    file.type === "refused" ? [{ path: file.path, reason: file.reasons[0] ?? "" }] : [],
  );
  let added = 0;
  const flows = read.flatMap((file) => (file.type === "flows" ? file.flows : []));
  for (const preview of flows) {
    const flow = parsePreviewedFlow(preview);
    const flowSteps = omitCredentials(flow.flowSteps).steps;
    try {
      await addOwnTemplate({ ...flow, description: flow.description ?? "", flowSteps });
    } catch (error) {
      return { added, refused, failed: { count: flows.length - added, error } };
    }
    added += 1;
  }
  return { added, refused, failed: undefined };
}
