// What drawings of labs share: a grid with numbers, an arrow, the size of a stage.

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

// An arrow in one column: never shorter than its head, dashed and headless where it would leave the picture.
const arrow = ({ shaft, head, size }, x, from, to, [top, bottom]) => {
  const way = Math.sign(to - from);
  const aim = from + way * Math.max(Math.abs(to - from), 7);
  const end = clamp(aim, top, bottom);
  const tip = way === 0 || end !== aim ? 0 : Math.min(9, Math.abs(end - from));
  attrs(shaft, { x1: x, x2: x, y1: from, y2: end - way * tip, "stroke-dasharray": end === aim ? null : "5 3" });
  attr(head, "d", tip ? `M${x - tip * 0.6} ${end - way * tip}L${x} ${end}L${x + tip * 0.6} ${end - way * tip}z` : "");
  attrs(size, { x: x + 8, y: (from + end) / 2 + 4 });
};
