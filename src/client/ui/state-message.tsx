import type { ReactNode } from "react";
import { joinClasses } from "./join-classes.ts";

type StateMessageProps = {
  readonly tone: "calm" | "danger";
  readonly title: string;
  readonly text: ReactNode;
  readonly action?: ReactNode;
  readonly drawing?: ReactNode;
  readonly headingLevel: 1 | 2 | 3;
};

/** The one layout of empty and error states: drawing, title, one sentence, one action. */
export function StateMessage({ tone, title, text, action, drawing, headingLevel }: StateMessageProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-1.5 px-4 py-14 text-center">
      {drawing && (
        <div
          aria-hidden="true"
          className={joinClasses("mb-3", tone === "danger" ? "text-danger" : "text-faint")}
        >
          {drawing}
        </div>
      )}
      <Heading
        className={joinClasses(
          "max-w-full text-lg font-semibold break-words",
          tone === "danger" && "text-danger",
        )}
      >
        {title}
      </Heading>
      <p className="max-w-full text-balance break-words text-muted">{text}</p>
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
