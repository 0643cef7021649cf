// Where the numbers on the edges stand: beside their line, apart from boxes and from each other.

const CHIP = { line: 15, gap: 7, apart: 4, places: [0.5, 0.35, 0.65, 0.2, 0.8] };

// What the chip of an edge holds: up to two rows of numbers, else shape and norm.
const chipBlock = (gradient) => {
  const block = blockOf(gradient);
  return block.rows.length > 2 ? wordBlock([shapeText(gradient.shape), `norm ${brief(gradient.norm)}`]) : block;
};

// A point of the smooth line between two points.
const between = ([x0, y0], [x1, y1], t) => {
  const s = 1 - t;
  const bend = 3 * s * t * t + t * t * t;
  return [x0 + (x1 - x0) * bend, s * s * s * y0 + 1.5 * s * t * (y0 + y1) + t * t * t * y1];
};

// Where a chip could be, the best first: right of the line, left of it, on it.
const candidates = (points, width, height) => {
  const ends = points.slice(1).map((point, i) => [points[i], point]);
  const spots = CHIP.places.flatMap((t) => ends.map(([from, to]) => between(from, to, t)));
  const sides = [CHIP.apart + CHIP.gap, -CHIP.apart - CHIP.gap - width, CHIP.apart - width / 2];
  return sides.flatMap((shift) => spots.map(([x, y]) => ({ x: x + shift, y: y - height / 2, width, height })));
};

const overlap = (a, b) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) + 4) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) + 4);
const total = (list, of) => list.reduce((sum, one) => sum + of(one), 0);

// Points along the lines of edges, for what a chip should not cover: [x, y, edge].
const alongLines = (edges) =>
  edges.flatMap(({ points }, k) => points.slice(1).flatMap((point, i) =>
    [0.1, 0.25, 0.4, 0.55, 0.7, 0.85].map((t) => [...between(points[i], point, t), k])));
const covered = (place, [x, y]) =>
  (x > place.x - 5 && x < place.x + place.width + 5 && y > place.y && y < place.y + place.height ? 1 : 0);

// A place for the block of each edge; null where no gradient flows. Worst is to cover a box, then
// another chip, then the line of another edge; only what is as high as the edge matters.
const placeChips = ({ nodes, edges }, blocks) => {
  const boxes = nodes.map(({ x, y, width, height }) => ({ x: x - width / 2, y: y - height / 2, width, height }));
  const lines = alongLines(edges);
  const placed = [];
  return edges.map(({ points }, k) => {
    if (!blocks[k]) return null;
    const height = blocks[k].rows.length * CHIP.line;
    const [top, bottom] = [points[0][1] - height, points.at(-1)[1] + height];
    const level = (one) => one.y < bottom && one.y + one.height > top;
    const [near, others] = [boxes.filter(level), placed.filter(level)];
    const crossing = lines.filter(([, y, edge]) => edge !== k && y > top && y < bottom);
    let [best, least] = [null, Infinity];
    candidates(points, blocks[k].columns * blocks[k].width, height).forEach((place, rank) => {
      if (3 * rank >= least) return;
      const cost = 3 * rank + 4 * total(near, (box) => overlap(place, box)) + 2 * total(others, (chip) => overlap(place, chip)) +
        40 * total(crossing, (point) => covered(place, point));
      if (cost < least) [best, least] = [place, cost];
    });
    placed.push(best);
    return best;
  });
};
