import { focusOnMount, scrollIntoNearest } from "#client/ui/focus/focus-on-mount.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { type CreateFlowBody, type Flow, FLOW_LIMITS } from "#contract/flow.ts";
import type { FlowTemplateBody } from "#contract/flow-templates/flow-templates.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { renewStepIds } from "#client/data/mutations/duplicate-flow.ts";
import { flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { keepSampleDataOfNewFlow } from "#client/data/device/sample-data.ts";
import { FlowPreviewLine } from "#client/flow/flow-line.tsx";
import { describeTemplateStorageError, ownTemplateQueries } from "#client/flow/templates/own-templates.ts";
import { ErrorNote } from "#client/page/error-note.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { SearchField } from "#client/ui/fields/search-field.tsx";
import { requestFocusWhenRendered } from "#client/ui/focus/focus-request.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { MIN_WIDTH_MD, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { TemplateFiles } from "./template-files.tsx";
import {
  type GalleryTemplate,
  findTemplates,
  listGalleryTemplates,
  toPreviewLine,
} from "./find-templates.ts";
import { TemplatePreview } from "./template-preview.tsx";
import { quoteName } from "#core/text/quote-name.ts";

type TemplateGalleryProps = {
  /** The name that the user typed for a blank flow; replaces the template's name unless empty. */
  readonly name: string;
  /** Replaces the template's description unless empty. */
  readonly description: string;
  readonly onCreated: (flow: Flow) => void;
  readonly onClose: () => void;
};

const NO_TEMPLATES = [] as const;

/** The list of templates beside a preview of one of them; on a phone, the list or the preview. */
export function TemplateGallery({ name, description, onCreated, onClose }: TemplateGalleryProps) {
  const isNarrow = !useMediaQuery(MIN_WIDTH_MD);
  const own = useQuery(ownTemplateQueries.list());
  const [query, setQuery] = useState("");
  const [highlightedId, setHighlightedId] = useState<string>();
  const [isPreviewOpen, setPreviewOpen] = useState(false);
  const all = listGalleryTemplates(own.data ?? NO_TEMPLATES);
  const found = findTemplates(all, query);
  const highlighted = found.find(({ id }) => id === highlightedId) ?? found[0];
  const { create, isPending, error } = useCreateFromTemplate({ name, description, onCreated });

  const showList = () => {
    setPreviewOpen(false);
    requestFocusWhenRendered(findTemplateSearchField);
  };

  const list = (
    <div data-template-search="" className="flex min-h-0 flex-col gap-2">
      <TemplateList
        query={query}
        found={found}
        highlighted={highlighted}
        onQueryChange={(text) => {
          setQuery(text);
          setHighlightedId(undefined);
        }}
        onHighlight={({ id }) => setHighlightedId(id)}
        onPick={(template) => {
          setHighlightedId(template.id);
          if (isNarrow) setPreviewOpen(true);
          else if (template.flow) create(template.flow);
        }}
        onPress={({ id }) => {
          setHighlightedId(id);
          if (isNarrow) setPreviewOpen(true);
        }}
      />
      <TemplateFiles own={(own.data ?? NO_TEMPLATES).flatMap(({ flow }) => flow ?? [])} />
      {own.error && (
        <p role="alert" className="px-2 text-xs text-danger">
          Couldn’t load your templates. {describeTemplateStorageError(own.error)}
        </p>
      )}
    </div>
  );
  const preview = highlighted && (
    <TemplatePreview key={highlighted.id} template={highlighted} onRemoved={showList} />
  );

  return (
    <>
      {isNarrow ? (
        <div className="flex h-[min(34rem,60dvh)] flex-col gap-2">
          {isPreviewOpen && highlighted ? (
            <>
              <Button
                ref={focusOnMount}
                icon={ArrowLeft}
                variant="ghost"
                size="sm"
                className="self-start"
                onClick={showList}
              >
                All templates
              </Button>
              {preview}
            </>
          ) : (
            list
          )}
        </div>
      ) : (
        <div className="grid h-[min(34rem,62dvh)] grid-cols-[minmax(15rem,2fr)_3fr] gap-5">
          {list}
          {preview}
        </div>
      )}
      {error && (
        <ErrorNote error={error} className="mt-3">
          Couldn’t create the flow. {describeRequestErrorForUser(error)}
        </ErrorNote>
      )}
      <footer className="-mx-5 mt-4 -mb-5 flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3 max-sm:[&>button]:grow">
        {name !== "" && (
          <p className="mr-auto min-w-0 truncate text-sm text-muted max-sm:basis-full">
            Named “<bdi>{name}</bdi>”
          </p>
        )}
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="primary"
          busy={isPending}
          disabledReason={highlighted?.flow ? undefined : "Choose a template first."}
          onClick={() => highlighted?.flow && create(highlighted.flow)}
        >
          Use template
        </Button>
      </footer>
    </>
  );
}

function useCreateFromTemplate({
  name,
  description: typed,
  onCreated,
}: Omit<TemplateGalleryProps, "onClose">) {
  const { mutate, isPending, error } = useMutation(flowMutations.create());
  // A double click's second click can come before the render that makes the button busy.
  const isSent = useRef(false);
  const create = (flow: FlowTemplateBody) => {
    if (isSent.current) return;
    isSent.current = true;
    const { description: described, sampleMetadata, ...rest } = flow;
    const description = typed || described;
    const body = {
      ...rest,
      name: (name || flow.name).slice(0, FLOW_LIMITS.name),
      ...(description !== "" && { description }),
      ...(sampleMetadata && { sampleMetadata }),
      // Two flows of the same template must not share step ids: results and memory belong to steps by id.
      flowSteps: renewStepIds(flow.flowSteps),
    };
    mutate(body as unknown as CreateFlowBody, {
      onSuccess: (created) => {
        keepSampleDataOfNewFlow(created, sampleMetadata);
        onCreated(created);
      },
      onError: () => {
        isSent.current = false;
      },
    });
  };
  return { create, isPending, error };
}

type TemplateListProps = {
  readonly query: string;
  readonly found: readonly GalleryTemplate[];
  readonly highlighted: GalleryTemplate | undefined;
  readonly onQueryChange: (query: string) => void;
  readonly onHighlight: (template: GalleryTemplate) => void;
  /** Called when Enter is pressed in the search field. */
  readonly onPick: (template: GalleryTemplate) => void;
  readonly onPress: (template: GalleryTemplate) => void;
};

function TemplateList(props: TemplateListProps) {
  const { query, found, highlighted, onQueryChange, onHighlight, onPick, onPress } = props;
  const base = useId();
  const elementId = ({ id }: GalleryTemplate) => `${base}-${id}`;
  const groups = [
    { heading: "Your templates", items: found.filter(({ isOwn }) => isOwn) },
    { heading: "Templates", items: found.filter(({ isOwn }) => !isOwn) },
  ].filter(({ items }) => items.length > 0);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || !highlighted) return;
    const index = found.indexOf(highlighted);
    const next =
      event.key === "ArrowDown"
        ? found[(index + 1) % found.length]
        : event.key === "ArrowUp"
          ? found.at(index - 1)
          : undefined;
    if (event.key === "Enter") onPick(highlighted);
    else if (next) onHighlight(next);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <SearchField
        label="Search templates"
        value={query}
        onValueChange={onQueryChange}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls={`${base}-list`}
        aria-activedescendant={highlighted && elementId(highlighted)}
        className="w-full shrink-0 pr-0.5"
      />
      <div
        id={`${base}-list`}
        role="listbox"
        aria-label="Templates"
        className="min-h-0 flex-1 overflow-y-auto pr-0.5"
      >
        {groups.map(({ heading, items }) => (
          <div key={heading} role="group" aria-label={heading}>
            {groups.length > 1 && (
              <div role="presentation" className="px-2 pt-2 pb-1 text-xs font-medium text-muted">
                {heading}
              </div>
            )}
            {items.map((template) => {
              const isHighlighted = template === highlighted;
              return (
                <button
                  key={template.id}
                  ref={isHighlighted ? scrollIntoNearest : undefined}
                  id={elementId(template)}
                  type="button"
                  role="option"
                  tabIndex={-1}
                  aria-selected={isHighlighted}
                  data-highlighted={isHighlighted || undefined}
                  // Keeps the focus in the search field.
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => onPress(template)}
                  className={joinClasses(
                    "flex min-h-9 w-full cursor-default items-center gap-3 rounded-md px-2 py-1 text-left pointer-coarse:min-h-11",
                    isHighlighted ? "bg-accent-soft" : "hover:bg-hover",
                  )}
                >
                  <TemplateOption template={template} />
                </button>
              );
            })}
          </div>
        ))}
      </div>
      <p role="status" className={joinClasses("text-sm text-muted", found.length > 0 && "sr-only")}>
        {found.length === 0
          ? `No templates match ${quoteName(query)}.`
          : query === ""
            ? ""
            : formatCount(found.length, "template")}
      </p>
    </>
  );
}

function TemplateOption({ template: { name, flow } }: { readonly template: GalleryTemplate }) {
  return (
    <>
      <span dir="auto" className="min-w-0 flex-1 truncate text-left text-sm font-medium">
        {name}
      </span>
      {flow ? (
        <FlowPreviewLine {...toPreviewLine(flow)} max={7} className="shrink-0" />
      ) : (
        <span className="shrink-0 text-xs text-danger">Can’t be read</span>
      )}
    </>
  );
}

function findTemplateSearchField(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-template-search] input");
}
