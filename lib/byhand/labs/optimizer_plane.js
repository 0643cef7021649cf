// The picture of the optimizer lab: lines of equal loss, the start to drag, and three paths.

const LEVELS = { valley: [0.01, 0.1, 0.5, 2, 5, 10, 20, 35], saddle: [0.003, 0.03, 0.12, 0.25, 0.5, 1, 2, 3.5], rosenbrock: [0.1, 0.5, 2, 8, 30, 100, 300, 900] };
const POINTS = 73;
const FRAME = { left: 30, right: 8, top: 8, bottom: 22 };
const GRIP = 0.05; // a dragged start keeps to multiples of it
const FINE = 0.01;
const [LINE, NAME] = [15, 160]; // the room that a name needs, down and across
// One mark for each racer, so that they differ without their colours.
const MARKS = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", "M-4.5 -4.5h9v9h-9z", "M0 -6.5L6.5 0L0 6.5L-6.5 0z"];

// The line of one loss inside the window, as branches above and below their middle. The points are
// closer together at the ends, where the line turns back.
const contour = (surface, level, [left, right]) => {
  const { spans, halves } = SURFACES[surface];
  return spans(level).flatMap(([low, high]) => {
    const [from, to] = [Math.max(low, left), Math.min(high, right)];
    const ways = Array.from({ length: POINTS }, (_, k) => from + ((to - from) * (1 - Math.cos((Math.PI * k) / (POINTS - 1)))) / 2);
    const ends = ways.map((a) => [a, ...halves(level, a)]);
    return [1, -1].map((side) => ends.map(([a, middle, square]) => [a, middle + side * Math.sqrt(Math.max(0, square))]));
  });
};

// The point at which the race starts: dragged, or moved by the arrow keys.
const startPoint = (act, back) => {
  const node = html("div", {
    class: "bh-handle", role: "slider", tabindex: 0, "aria-roledescription": "point in two directions",
    "aria-label": "start of the race",
  });
  const move = (to, unit) => {
    const [left, right, low, high] = act.window();
    const start = to.map((one, i) => clamp(snap(one, unit), [left, low][i], [right, high][i]));
    if (start.some((one, i) => one !== act.state().start[i])) act.set({ start });
  };
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  node.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const by = event.shiftKey ? FINE : 2 * GRIP;
    move(act.state().start.map((one, i) => one + by * way[i]), FINE);
  });
  let grip = null; // how far from its centre the point was taken
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    node.setPointerCapture(event.pointerId);
    node.focus({ preventScroll: true });
    const box = node.getBoundingClientRect();
    grip = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  });
  node.addEventListener("pointermove", (event) => grip && move(back(event.clientX - grip[0], event.clientY - grip[1]), GRIP));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(end, () => (grip = null));
  const update = (start, [x, y], [left, right]) => {
    node.style.transform = `translate(${x}px, ${y}px)`;
    attrs(node, {
      "aria-valuemin": left, "aria-valuemax": right, "aria-valuenow": start[0], "data-value": JSON.stringify(start),
      "aria-valuetext": `w₁ ${written(start[0])}, w₂ ${written(start[1])}`,
    });
  };
  return { node, update };
};

// One racer: its way, its mark and its name; a triangle at the border where it has left.
const runner = ({ key, name }, i) => {
  const line = svg("path", { class: `bh-way bh-${key}` }), mark = svg("path", { class: `bh-mark bh-${key}` });
  const label = svg("text", { class: `bh-label bh-${key}` }, name);
  const update = (places, step, on, { width, height }) => {
    const finite = places.slice(0, step + 1).filter((place) => place.every(Number.isFinite));
    const points = finite.map((place) => on(place).map((one) => clamp(one, -1e5, 1e5)));
    attr(line, "d", points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join(""));
    const [x, y] = points.at(-1);
    const [left, right, top, bottom] = [FRAME.left, width - FRAME.right, FRAME.top, height - FRAME.bottom];
    const [inX, inY] = [clamp(x, left + 9, right - 9), clamp(y, top + 9, bottom - 9)];
    const outside = x < left || x > right || y < top || y > bottom;
    if (outside) beyond(mark, inX, inY, (Math.atan2(x - inX, inY - y) * 180) / Math.PI);
    else attrs(mark, { d: MARKS[i], transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
    const late = inX > right - 90;
    attr(label, "text-anchor", late ? "end" : "start");
    return { label, x: inX + (late ? -11 : 11), y: inY + (i - 1) * LINE + 4, low: top + 12, high: bottom - 4 };
  };
  return { line, mark, label, update };
};

// Names keep apart: each stands at least a line below those above it.
const spread = (names) => {
  const sorted = [...names].sort((a, b) => a.y - b.y);
  sorted.forEach((one, k) => {
    const near = sorted.slice(0, k).filter(({ x }) => Math.abs(x - one.x) < NAME);
    one.y = Math.max(clamp(one.y, one.low, one.high), ...near.map(({ y }) => y + LINE));
    attrs(one.label, { x: one.x.toFixed(1), y: one.y.toFixed(1) });
  });
};

const plane = (act) => {
  const back = svg("g"), lines = svg("g", { class: "bh-contours" }), runners = RACERS.map(runner);
  const inner = svg("svg", {}, lines, ...runners.map(({ line }) => line));
  const drawing = svg("svg", { "aria-hidden": "true", class: "bh-drawing" }, inner, back, ...runners.map(({ mark }) => mark), ...runners.map(({ label }) => label));
  const node = html("div", { class: "bh-plot bh-plane" }, drawing);
  let place = null;
  const start = startPoint(act, (x, y) => {
    const box = node.getBoundingClientRect();
    return [place.back[0](x - box.left), place.back[1](y - box.top)];
  });
  node.append(start.node);

  const axes = ([left, right, low, high], { width, height }) => {
    const [x, y] = place.on;
    const tick = (words, at) => svg("text", { class: "bh-tick", ...at }, words);
    const box = { x: FRAME.left, y: FRAME.top, width: width - FRAME.left - FRAME.right, height: height - FRAME.top - FRAME.bottom };
    const [bottom, inside] = [height - 6, (one) => (one > 0 ? one : -one)];
    back.replaceChildren(svg("rect", { class: "bh-border", ...box }),
      ...ticks(left + 0.1, right - 0.4, 6).map((one) => tick(written(one), { x: x(one), y: bottom, "text-anchor": "middle" })),
      ...ticks(low + 0.1, high - 0.3, 4).filter((one) => inside(y(one)) > FRAME.top + 16).map((one) => tick(written(one), { x: FRAME.left - 5, y: y(one) + 4, "text-anchor": "end" })),
      tick("w₁", { x: width - FRAME.right, y: bottom, "text-anchor": "end" }), tick("w₂", { x: FRAME.left - 5, y: FRAME.top + 10, "text-anchor": "end" }));
    attrs(inner, { ...box, viewBox: `${box.x} ${box.y} ${box.width} ${box.height}` });
  };
  let drawn = "";
  const prepare = (surface, window, width, height) => {
    if (drawn === `${surface} ${width}`) return;
    drawn = `${surface} ${width}`;
    const [across, up] = [[FRAME.left, width - FRAME.right], [height - FRAME.bottom, FRAME.top]];
    const [ranges, ends] = [[window.slice(0, 2), window.slice(2)], [across, up]];
    place = { on: ranges.map((range, i) => scale(range, ends[i])), back: ranges.map((range, i) => scale(ends[i], range)) };
    attrs(drawing, { viewBox: `0 0 ${width} ${height}`, width, height });
    axes(window, { width, height });
    const path = (points) => points.map(([a, b], k) => `${k ? "L" : "M"}${place.on[0](a).toFixed(1)} ${place.on[1](b).toFixed(1)}`).join("");
    lines.replaceChildren(...LEVELS[surface].map((level, k) =>
      svg("path", { d: contour(surface, level, window).map(path).join(""), opacity: (0.35 + (0.5 * k) / 7).toFixed(2) })));
  };
  // Both axes have one scale, so that a step downhill is drawn at a right angle to the lines.
  const update = ({ surface, start: from, step }, runs) => {
    const window = act.window();
    const width = Math.max(node.clientWidth, 220);
    const height = Math.round(((width - FRAME.left - FRAME.right) * 2) / 3) + FRAME.top + FRAME.bottom;
    prepare(surface, window, width, height);
    const on = ([a, b]) => [place.on[0](a), place.on[1](b)];
    spread(runners.map((one, i) => one.update(runs[i].places, step, on, { width, height })));
    const shown = on(from);
    start.update(from, [clamp(shown[0], FRAME.left, width - FRAME.right), clamp(shown[1], FRAME.top, height - FRAME.bottom)], window);
  };
  return { node, update };
};
