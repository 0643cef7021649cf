// The two drawings of the loss lab: columns to drag, and the loss of one of them.

const STEP = 0.1;
const ROOM = 28; // to the right of the last column, for the number of its arrow

// Room for every prediction and target, and for each prediction thrown as far beyond its target.
const limits = ({ target }, { reference: { input } }) => {
  const all = [...input, ...target, ...input.map((value, i) => 2 * target[i] - value)];
  return [Math.floor(Math.min(...all) - 0.25), Math.ceil(Math.max(...all) + 0.25)];
};

// One element: its column, its target, its prediction and the push against the gradient.
const column = (i, [low, high], act, place) => {
  const mark = {
    band: svg("rect", { class: "bh-band", y: 0, rx: 4 }), gap: svg("line", { class: "bh-gap" }),
    target: svg("circle", { class: "bh-target", r: 8 }), shaft: svg("line", { class: "bh-shaft" }),
    head: svg("path", { class: "bh-head" }), size: svg("text", { class: "bh-size" }),
    name: svg("text", { class: "bh-tick", "text-anchor": "middle" }, String(i)),
  };
  const point = handle({
    label: `prediction ${i}`, low, high, step: STEP, page: 5 * STEP, place,
    get: () => act.state().input[i], set: (value) => act.move(i, value), onFocus: () => act.set({ selected: i }),
  });
  const update = (now, gradient, { pitch, height, y }) => {
    const [input, target, chosen] = [now.input[i], now.target[i], i === now.selected];
    const x = MARGIN.left + pitch * (i + 0.5);
    const [at, goal] = [y(clamp(input, low, high)), y(target)];
    attrs(mark.band, { x: x - pitch / 2, width: pitch, height, visibility: chosen ? "visible" : "hidden" });
    attrs(mark.gap, { x1: x, x2: x, y1: at, y2: goal });
    attrs(mark.target, { cx: x, cy: goal });
    attrs(mark.name, { x, y: height - 6, class: chosen ? "bh-tick bh-chosen" : "bh-tick" });
    arrow(mark, x + Math.min(20, pitch / 3.4), at, y(input - gradient), [MARGIN.top, height - MARGIN.bottom]);
    text(mark.size, pitch > 84 || chosen ? written(gradient, 3) : "");
    point.node.style.transform = `translate(${x}px, ${at}px)`;
    point.update(input, `${written(input)}, target ${written(target)}, gradient ${written(gradient)}`);
  };
  const { band, ...above } = mark;
  return { band, above: Object.values(above), point: point.node, update };
};

// Left: the columns side by side.
const scatter = (first, act) => {
  const [low, high] = limits(first, act);
  const back = svg("g");
  const drawing = svg("svg", { "aria-hidden": "true", class: "bh-drawing" });
  const node = html("div", { class: "bh-plot" }, drawing);
  const place = (clientY) => {
    const { top, height } = node.getBoundingClientRect();
    return scale([top + height - MARGIN.bottom, top + MARGIN.top], [low, high])(clientY);
  };
  const columns = first.input.map((_, i) => column(i, [low, high], act, place));
  drawing.append(...columns.map(({ band }) => band), back, ...columns.flatMap(({ above }) => above));
  node.append(...columns.map(({ point }) => point));
  let drawn = "";
  const update = (now, { gradient }, { width, height }) => {
    const y = scale([low, high], [height - MARGIN.bottom, MARGIN.top]);
    if (drawn !== `${width} ${height}`) {
      drawn = `${width} ${height}`;
      attrs(drawing, { viewBox: `0 0 ${width} ${height}`, width, height });
      grid(back, ticks(low, high, 5), width, y);
    }
    const pitch = (width - MARGIN.left - ROOM) / columns.length;
    columns.forEach((one, i) => one.update(now, gradient[i], { pitch, height, y }));
  };
  return { node, update };
};

// Right: the loss while one prediction moves and the others stay; the tangent is the gradient.
const curve = (first, act) => {
  const [low, high] = limits(first, act);
  const lines = svg("g"), feet = svg("g");
  const path = svg("polyline", { class: "bh-curve" });
  const tangent = svg("line", { class: "bh-tangent" });
  const point = svg("circle", { class: "bh-point", r: 5 });
  const inner = svg("svg", {}, path, tangent); // clips what it holds
  const drawing = svg("svg", { "aria-hidden": "true", class: "bh-drawing" }, lines, feet, inner, point);
  const node = html("div", { class: "bh-plot" }, drawing);

  const update = (now, { terms, loss, slopes, share }, { width, height }) => {
    const { term } = LOSSES[now.loss];
    const i = now.selected;
    const goal = now.target[i];
    const others = now.reduction === "none" ? 0 : terms.reduce((sum, one, k) => (k === i ? sum : sum + one), 0);
    const total = (x) => (others + term(x - goal, now.delta)) / share;
    const top = Math.max(total(low), total(high), 1e-9) * 1.05;
    const x = scale([low, high], [MARGIN.left, width - MARGIN.right]);
    const y = scale([0, top], [height - MARGIN.bottom, MARGIN.top]);
    attrs(drawing, { viewBox: `0 0 ${width} ${height}`, width, height });
    grid(lines, ticks(0, top, 4), width, y);
    footing(feet, ticks(low, high, width > 260 ? 8 : 4), height, x);
    const room = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.bottom + 2 };
    attrs(inner, { x: MARGIN.left, ...room, viewBox: `${MARGIN.left} 0 ${room.width} ${room.height}` });
    const xs = Array.from({ length: 61 }, (_, k) => low + ((high - low) * k) / 60).concat(goal).sort((a, b) => a - b);
    attr(path, "points", xs.map((at) => `${x(at).toFixed(1)},${y(total(at)).toFixed(1)}`).join(" "));
    const here = clamp(now.input[i], low, high);
    const [height0, slope] = [total(here), slopes[i]];
    const reach = (high - low) / 5;
    attrs(tangent, { x1: x(here - reach), x2: x(here + reach), y1: y(height0 - slope * reach), y2: y(height0 + slope * reach) });
    attrs(point, { cx: x(here), cy: y(height0) });
  };
  return { node, update };
};
