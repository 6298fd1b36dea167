import { Pencil } from "lucide-react";
import { useCallback, useId, useState } from "react";
import { useOpenFlow, useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { InlineTextEditor } from "#client/ui/fields/inline-edit.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { FlowOverviewSection, TEXT_BUTTON_CLASSES } from "./overview-parts.tsx";

/** The description, edited in place. Hidden if the server sends no descriptions. */
export function DescriptionSection() {
  const openFlow = useOpenFlow();
  const description = useOpenFlowState((state) => state.history.document.description);
  const [isEditing, setEditing] = useState(false);
  if (description === undefined) return null;
  const text = description ?? "";
  return (
    <FlowOverviewSection
      title="Description"
      aside={
        text !== "" &&
        !isEditing && (
          <IconButton
            label="Edit description"
            icon={Pencil}
            size="sm"
            onClick={() => setEditing(true)}
            className="-my-1.5 -mr-1.5"
          />
        )
      }
    >
      <div data-in-place="" className="text-sm">
        <InlineTextEditor
          label="Description of the flow"
          value={text}
          isMultiline
          placeholder="Add a description"
          editing={isEditing}
          onEditingChange={setEditing}
          onCommit={(next) =>
            openFlow.edit({ type: "setDescription", description: next === "" ? null : next })
          }
          className="w-full *:max-h-64 *:py-1"
        >
          {text === "" ? (
            <button type="button" onClick={() => setEditing(true)} className={TEXT_BUTTON_CLASSES}>
              Add a description
            </button>
          ) : (
            <FoldedText text={text} />
          )}
        </InlineTextEditor>
      </div>
    </FlowOverviewSection>
  );
}

/** Shows six lines of the text, and the rest on request. */
function FoldedText({ text }: { readonly text: string }) {
  const id = useId();
  const [isWhole, setWhole] = useState(false);
  const [isClamped, setClamped] = useState(false);
  const measure = useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const observer = new ResizeObserver(() => {
      // Measures only the folded text. The unfolded text always fits, so measuring it would hide the button that
      // folds it again.
      if (element.dataset["whole"] === undefined) setClamped(element.scrollHeight > element.clientHeight + 1);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div className="flex flex-col gap-1">
      <p
        key={text}
        ref={measure}
        id={id}
        dir="auto"
        data-whole={isWhole || undefined}
        className={joinClasses("break-words whitespace-pre-wrap text-ink", !isWhole && "line-clamp-6")}
      >
        {text}
      </p>
      {isClamped && (
        <button
          type="button"
          aria-expanded={isWhole}
          aria-controls={id}
          onClick={() => setWhole(!isWhole)}
          className={`self-start ${TEXT_BUTTON_CLASSES}`}
        >
          {isWhole ? "Show less" : "Show more"}
        </button>
      )}
    </div>
  );
}
