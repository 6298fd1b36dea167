import type { ReactNode } from "react";
import { joinClasses } from "#client/ui/format/join-classes.ts";

export type StateMessageProps = {
  readonly tone?: "calm" | "danger";
  readonly title: string;
  readonly text: ReactNode;
  readonly action?: ReactNode;
  readonly drawing?: ReactNode;
  readonly headingLevel?: 1 | 2 | 3;
};

export function StateMessage({
  tone = "calm",
  title,
  text,
  action,
  drawing,
  headingLevel = 2,
}: StateMessageProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center gap-1.5 px-4 py-14 text-center">
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
      <p className="max-w-md text-balance break-words text-muted">{text}</p>
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

export function EmptyState(props: Omit<StateMessageProps, "tone">) {
  return <StateMessage {...props} />;
}
