// Where the names of circles stand, so that none hides another.

export type Side = "right" | "left" | "bottom" | "top";

/** A circle of radius `r` at (x, y) with a name of so much width and height; all in pixels. */
export interface Named {
  x: number;
  y: number;
  r: number;
  width: number;
  height: number;
  /** Must be shown, if need be over something else. */
  important: boolean;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const SIDES: Side[] = ["right", "left", "bottom", "top"];
const GAP = 3;

/** The side for each name, in the order given: earlier ones choose first; null for one that finds no room. */
export function sides(named: Named[]): (Side | null)[] {
  const circles = named.filter(({ important }) => important);
  const names: Box[] = [];
  return named.map((item) => {
    const clear = SIDES.filter((side) => !names.some((other) => overlaps(boxAt(item, side), other)));
    const others = circles.filter((circle) => circle !== item);
    const best = clear.find((side) => !others.some((circle) => overlaps(boxAt(item, side), boxOf(circle))));
    const side = best ?? (item.important ? clear[0] ?? "right" : null);
    if (side !== null) names.push(boxAt(item, side));
    return side;
  });
}

function boxAt({ x, y, r, width, height }: Named, side: Side): Box {
  switch (side) {
    case "right": return box(x + r + GAP, y - height / 2, width, height);
    case "left": return box(x - r - GAP - width, y - height / 2, width, height);
    case "bottom": return box(x - width / 2, y + r + GAP, width, height);
    case "top": return box(x - width / 2, y - r - GAP - height, width, height);
  }
}

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, right: left + width, bottom: top + height });

const boxOf = ({ x, y, r }: Named): Box => box(x - r, y - r, 2 * r, 2 * r);

const overlaps = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
