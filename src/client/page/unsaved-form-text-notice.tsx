import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { FileClock, X } from "lucide-react";
import { useState } from "react";
import { type UnsavedFormText, unsavedFormTexts } from "#client/data/api/unsaved-form-texts.ts";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";

type UnsavedFormTextNoticeProps = {
  readonly isShown?: (text: UnsavedFormText) => boolean;
  /** If it returns false, the notice navigates to the path of the form. */
  readonly onOpen?: (text: UnsavedFormText) => boolean;
};

export function UnsavedFormTextNotice({ isShown = () => true, onOpen }: UnsavedFormTextNoticeProps) {
  const router = useRouter();
  const now = useMinuteClock();
  const [isDismissed, setDismissed] = useState(false);
  const { data = [] } = useQuery({
    queryKey: ["local-texts"],
    queryFn: () => unsavedFormTexts.list(),
    staleTime: 0,
    gcTime: 0,
  });
  const texts = data.filter(isShown);
  if (texts.length === 0 || isDismissed) return null;
  return (
    <section
      aria-label="Unsaved text on this device"
      className="mx-gutter mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-accent-soft py-1.5 pr-1.5 pl-3 text-sm"
    >
      <FileClock aria-hidden="true" className="size-4 shrink-0 text-accent" />
      <p className="min-w-0 flex-1 basis-52 break-words">
        Unsaved text on this device:{" "}
        {texts.map((text, index) => (
          <span key={text.form}>
            {index > 0 && ", "}
            <a
              href={text.path}
              dir="auto"
              className="font-medium text-accent underline underline-offset-2"
              onClick={(event) => {
                event.preventDefault();
                if (!onOpen?.(text)) router.history.push(text.path);
              }}
            >
              {text.title}
            </a>{" "}
            <span className="text-muted">({formatClockTime(text.editedAt, now)})</span>
          </span>
        ))}
      </p>
      <IconButton label="Dismiss" icon={X} size="sm" onClick={() => setDismissed(true)} />
    </section>
  );
}
