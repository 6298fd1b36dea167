import {
  DndContext,
  DragOverlay,
  MouseSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import { createRoot } from "react-dom/client";

/*
 * What the editor is compared with: the same libraries and a windowed list of the same steps, and nothing else. `/` draws
 * it with React, `/plain` with the DOM alone. A press of Space switches the focused row, in both.
 */

const ROW_HEIGHT = 40;

interface BareStep {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

function BareRow({ step, top, onToggle }: { step: BareStep; top: number; onToggle: (id: string) => void }) {
  const { setNodeRef, attributes, listeners } = useDraggable({ id: step.id });
  const { setNodeRef: setDropRef } = useDroppable({ id: step.id });
  return (
    <div
      ref={(element) => {
        setNodeRef(element);
        setDropRef(element);
      }}
      {...attributes}
      {...listeners}
      role="listitem"
      data-step-id={step.id}
      data-off={step.enabled ? undefined : ""}
      style={{ top }}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        onToggle(step.id);
      }}
    >
      {step.name}
      <button type="button" role="switch" aria-checked={step.enabled}>
        {step.enabled ? "on" : "off"}
      </button>
    </div>
  );
}

function BareList({ loaded }: { loaded: readonly BareStep[] }) {
  const [steps, setSteps] = useState(loaded);
  const [dragged, setDragged] = useState<string>();
  const scroller = useRef<HTMLDivElement>(null);
  const sensors = useSensors(useSensor(MouseSensor, { activationConstraint: { distance: 5 } }));
  const kept = steps.findIndex(({ id }) => id === dragged);
  const virtualizer = useVirtualizer({
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    // The dragged row stays mounted: dnd-kit ends a drag whose row leaves.
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      return kept < 0 || indexes.includes(kept) ? indexes : [...indexes, kept];
    },
  });
  const toggle = (id: string) =>
    setSteps((now) => now.map((step) => (step.id === id ? { ...step, enabled: !step.enabled } : step)));
  return (
    <DndContext
      sensors={sensors}
      onDragStart={({ active }) => setDragged(String(active.id))}
      onDragCancel={() => setDragged(undefined)}
      onDragEnd={({ active, over }) => {
        setDragged(undefined);
        if (over) setSteps((now) => moveStep(now, String(active.id), String(over.id)));
      }}
    >
      <div ref={scroller} data-step-scroller="">
        <div style={{ position: "relative", height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const step = steps[index];
            return step && <BareRow key={step.id} step={step} top={start} onToggle={toggle} />;
          })}
        </div>
      </div>
      <DragOverlay>{dragged}</DragOverlay>
    </DndContext>
  );
}

function moveStep(steps: readonly BareStep[], id: string, target: string): readonly BareStep[] {
  const others = steps.filter((step) => step.id !== id);
  const moved = steps.filter((step) => step.id === id);
  return others.toSpliced(
    steps.findIndex((step) => step.id === target),
    0,
    ...moved,
  );
}

/** The least that shows the steps on the screen and switches one. */
function drawPlainList(root: HTMLElement, steps: readonly BareStep[]): void {
  const scroller = document.createElement("div");
  scroller.dataset["stepScroller"] = "";
  const rows = steps.slice(0, Math.ceil(innerHeight / ROW_HEIGHT) + 8).map(({ id, name, enabled }, index) => {
    const row = document.createElement("div");
    row.dataset["stepId"] = id;
    row.style.top = `${index * ROW_HEIGHT}px`;
    row.tabIndex = 0;
    const control = document.createElement("button");
    control.setAttribute("role", "switch");
    row.append(name, control);
    let isOn = enabled;
    const draw = () => {
      row.toggleAttribute("data-off", !isOn);
      control.setAttribute("aria-checked", String(isOn));
      control.textContent = isOn ? "on" : "off";
    };
    draw();
    row.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      isOn = !isOn;
      draw();
    });
    return row;
  });
  scroller.append(...rows);
  root.append(scroller);
}

const response = await fetch("/flow");
const { flowSteps } = (await response.json()) as { readonly flowSteps: readonly BareStep[] };
const root = document.querySelector<HTMLElement>("#root");
if (root && location.pathname === "/plain") drawPlainList(root, flowSteps);
else if (root) createRoot(root).render(<BareList loaded={flowSteps} />);
