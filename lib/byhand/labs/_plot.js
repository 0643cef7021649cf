// What drawings of labs share: a grid with numbers, arrows, marks of what lies outside.

const MARGIN = { left: 34, right: 10, top: 12, bottom: 22 };

// Horizontal lines, with their numbers on the left.
const grid = (layer, marks, width, place) =>
  layer.replaceChildren(...marks.flatMap((mark) => [
    svg("line", { class: mark === 0 ? "bh-axis" : "bh-rule", x1: MARGIN.left, x2: width - MARGIN.right, y1: place(mark), y2: place(mark) }),
    svg("text", { class: "bh-tick", x: MARGIN.left - 6, y: place(mark) + 4, "text-anchor": "end" }, written(mark)),
  ]));

// Numbers along the bottom.
const footing = (layer, marks, height, place) =>
  layer.replaceChildren(...marks.map((mark) =>
    svg("text", { class: "bh-tick", x: place(mark), y: height - 6, "text-anchor": "middle" }, written(mark))));

// Which part of a way from `from` to `to` can be drawn: all of it, what lies inside, or a stub
// where both ends are outside on the same side.
const STUB = 26;
const visible = (from, to, [top, bottom]) => {
  const [start, end] = [clamp(from, top, bottom), clamp(to, top, bottom)];
  if (start !== end || from === to) return [start, end];
  const way = Math.sign(to - from);
  const outwards = start === top ? -1 : 1;
  return way === outwards ? [start - way * STUB, start] : [start, start + way * STUB];
};

// An arrow in one column. It has its true length, however short: its head shrinks with it, and
// zero is a dot. It is dashed where a part of it lies outside the picture.
const arrow = ({ shaft, head, size }, x, from, to, room) => {
  const [start, end] = visible(from, to, room);
  const way = Math.sign(end - start);
  const tip = Math.min(10, 0.6 * Math.abs(end - start));
  const half = Math.max(3.5, 0.6 * tip);
  const neck = end - way * tip;
  attrs(shaft, { x1: x, x2: x, y1: start, y2: neck, "stroke-dasharray": start === from && end === to ? null : "4 3" });
  attr(head, "d", way ? `M${x - half} ${neck}L${x} ${end}L${x + half} ${neck}z` : `M${x - 3} ${end}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z`);
  attrs(size, { x: x + 9, y: (start + end) / 2 + 4 });
};

// A triangle at the border, for what lies outside; `turn` in degrees, 0 points up.
const beyond = (mark, x, y, turn) => attrs(mark, { d: "M-8 7L0 -7L8 7z", transform: `translate(${x} ${y}) rotate(${turn})` });
