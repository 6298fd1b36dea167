import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isFocusWished, wishFocus } from "./focus-wish.ts";

// A page of as many elements as a wish looks at, whose frames are drawn one by one.

interface Part {
  isConnected: boolean;
  isHidden: boolean;
  readonly select: ReturnType<typeof vi.fn>;
  readonly focus: () => void;
  readonly closest: () => Part | null;
}

const body = {};
let page: { activeElement: unknown; readonly body: object };
let frames: (() => void)[];
let listeners: Set<() => void>;

function makePart(): Part {
  const part: Part = {
    isConnected: true,
    isHidden: false,
    select: vi.fn(),
    focus: () => {
      page.activeElement = part;
    },
    closest: () => (part.isHidden ? part : null),
  };
  return part;
}

const wish = (find: () => Part | undefined, options?: { select: boolean }) =>
  wishFocus(find as unknown as () => HTMLElement | undefined, options);
const pressKey = () => listeners.forEach((listener) => listener());
const afterEvent = () => Promise.resolve();
function drawFrame() {
  const due = frames;
  frames = [];
  due.forEach((frame) => frame());
}

beforeEach(() => {
  page = { activeElement: body, body };
  frames = [];
  listeners = new Set();
  vi.stubGlobal("document", page);
  vi.stubGlobal("HTMLInputElement", Object);
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("addEventListener", (_: string, listener: () => void) => listeners.add(listener));
  vi.stubGlobal("removeEventListener", (_: string, listener: () => void) => listeners.delete(listener));
});

afterEach(() => {
  for (let frame = 0; frame < 1000 && frames.length > 0; frame += 1) drawFrame();
  vi.unstubAllGlobals();
});

it("gives the focus before the next frame to what the event has drawn, and then lets go", async () => {
  const row = makePart();
  wish(() => row);
  expect(isFocusWished()).toBe(true);
  await afterEvent();
  expect(page.activeElement).toBe(row);
  expect(isFocusWished()).toBe(false);
  for (let frame = 0; frame < 3; frame += 1) drawFrame();
  expect(frames).toEqual([]);
  expect(listeners.size).toBe(0);
});

it("waits for what comes later, though keys are pressed meanwhile where the focus was", async () => {
  const [before, row] = [makePart(), makePart()];
  page.activeElement = before;
  let drawn: Part | undefined;
  wish(() => drawn);
  await afterEvent();
  pressKey();
  for (let frame = 0; frame < 50; frame += 1) drawFrame();
  drawn = row;
  drawFrame();
  expect(page.activeElement).toBe(row);
});

it("gives up what never comes", async () => {
  wish(() => undefined);
  await afterEvent();
  for (let frame = 0; frame < 1000 && frames.length > 0; frame += 1) drawFrame();
  expect(frames).toEqual([]);
  expect(isFocusWished()).toBe(false);
});

it("is dropped by a newer wish", async () => {
  const [older, newer] = [makePart(), makePart()];
  wish(() => older);
  wish(() => newer);
  await afterEvent();
  for (let frame = 0; frame < 5; frame += 1) drawFrame();
  expect(page.activeElement).toBe(newer);
});

it("leaves the focus where the person put it since", async () => {
  const [row, search] = [makePart(), makePart()];
  let drawn: Part | undefined;
  wish(() => drawn);
  await afterEvent();
  pressKey();
  search.focus();
  drawn = row;
  for (let frame = 0; frame < 5; frame += 1) drawFrame();
  expect(page.activeElement).toBe(search);
});

it("leaves it there as well when the person was quicker than the next frame", async () => {
  const [row, search] = [makePart(), makePart()];
  wish(() => row);
  await afterEvent();
  pressKey();
  search.focus();
  for (let frame = 0; frame < 5; frame += 1) drawFrame();
  expect(page.activeElement).toBe(search);
});

it("wins over what a program gives the focus to", async () => {
  const [row, opener] = [makePart(), makePart()];
  wish(() => row);
  await afterEvent();
  opener.focus();
  drawFrame();
  expect(page.activeElement).toBe(row);
});

it("goes on to what is drawn anew in the same place", async () => {
  const [button, another] = [makePart(), makePart()];
  let shown = button;
  wish(() => shown);
  await afterEvent();
  button.isConnected = false;
  page.activeElement = body;
  shown = another;
  drawFrame();
  expect(page.activeElement).toBe(another);
});

it("waits until nothing lies over it", async () => {
  const [field, row] = [makePart(), makePart()];
  field.focus();
  row.isHidden = true;
  wish(() => row);
  await afterEvent();
  drawFrame();
  expect(page.activeElement).toBe(field);
  row.isHidden = false;
  drawFrame();
  expect(page.activeElement).toBe(row);
});

it("selects the text that is to be typed over, once", async () => {
  const name = makePart();
  wish(() => name, { select: true });
  await afterEvent();
  page.activeElement = body;
  drawFrame();
  expect(name.select).toHaveBeenCalledTimes(1);
});
