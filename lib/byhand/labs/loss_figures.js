// The two drawings of the loss lab: columns to drag, and the loss of one of them.

const STEP = 0.1;
const ROOM = 44; // to the right of the last column, for the number of its arrow

// Room for every prediction and target, and for each prediction thrown as far beyond its target.
const limits = ({ target }, { reference: { input } }) => {
  const all = [...input, ...target, ...input.map((value, i) => 2 * target[i] - value)];
  return [Math.floor(Math.min(...all) - 0.25), Math.ceil(Math.max(...all) + 0.25)];
};

// One element: its column, its target, its prediction and the push, which is minus the gradient.
const column = (i, [low, high], act, place) => {
  const mark = {
    band: svg("rect", { class: "bh-band", y: 0, rx: 4 }), gap: svg("line", { class: "bh-gap" }),
    start: svg("line", { class: "bh-gap" }), target: svg("circle", { class: "bh-target", r: 8 }),
    shaft: svg("line", { class: "bh-shaft" }), head: svg("path", { class: "bh-head" }),
    size: svg("text", { class: "bh-size" }), real: svg("text", { class: "bh-real", "text-anchor": "end" }),
    name: svg("text", { class: "bh-tick", "text-anchor": "middle" }, letter(i)),
  };
  const point = handle({
    label: `prediction ${letter(i)}`, low, high, step: STEP, page: 5 * STEP, place,
    get: () => act.state().input[i], set: (value) => act.move(i, value), onFocus: () => act.set({ selected: i }),
  });
  const update = (now, gradient, { pitch, height, y }) => {
    const [input, target, chosen] = [now.input[i], now.target[i], i === now.selected];
    const x = MARGIN.left + pitch * (i + 0.5);
    const side = x + Math.min(20, pitch / 3.2);
    const [at, goal] = [y(clamp(input, low, high)), y(target)];
    attrs(mark.band, { x: x - pitch / 2, width: pitch, height, visibility: chosen ? "visible" : "hidden" });
    attrs(mark.gap, { x1: x, x2: x, y1: at, y2: goal });
    attrs(mark.target, { cx: x, cy: goal });
    attrs(mark.name, { x, y: height - 6, class: chosen ? "bh-tick bh-chosen" : "bh-tick" });
    attrs(mark.start, { x1: x, x2: side, y1: at, y2: at });
    arrow(mark, side, y(input), y(input - gradient), [MARGIN.top, height - MARGIN.bottom]);
    text(mark.size, pitch > 84 || chosen ? signed(-gradient, 3) : "");
    point.node.style.transform = `translate(${x}px, ${at}px)`;
    const outside = point.update(input, `${written(input)}, target ${written(target)}, gradient ${written(gradient)}`);
    attrs(mark.real, { x: x - 5, y: at + (outside === "above" ? 20 : -12) });
    text(mark.real, outside ? written(input, 3) : "");
    return outside;
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
    return columns.map((one, i) => one.update(now, gradient[i], { pitch, height, y })).some(Boolean);
  };
  return { node, update };
};

// Right: the loss while one prediction moves and the others stay; the tangent has its slope.
const curve = (first, act) => {
  const [low, high] = limits(first, act);
  const lines = svg("g"), feet = svg("g");
  const path = svg("polyline", { class: "bh-curve" });
  const tangent = svg("line", { class: "bh-tangent" });
  const point = svg("circle", { class: "bh-point", r: 5 });
  const away = svg("path", { class: "bh-away" }), real = svg("text", { class: "bh-real" });
  const inner = svg("svg", {}, path, tangent); // clips what it holds
  const drawing = svg("svg", { "aria-hidden": "true", class: "bh-drawing" }, lines, feet, inner, point, away, real);
  const node = html("div", { class: "bh-plot" }, drawing);

  const update = (now, { terms, loss, slopes, share }, { width, height }) => {
    const { term } = LOSSES[now.loss];
    const i = now.selected;
    const goal = now.target[i];
    const others = now.reduction === "none" ? 0 : terms.reduce((sum, one, k) => (k === i ? sum : sum + one), 0);
    const total = (x) => (others + term(x - goal, now.delta)) / share;
    const top = Math.max(total(low), total(high), 1e-9) * 1.12;
    const x = scale([low, high], [MARGIN.left, width - MARGIN.right]);
    const y = scale([0, top], [height - MARGIN.bottom, MARGIN.top]);
    attrs(drawing, { viewBox: `0 0 ${width} ${height}`, width, height });
    grid(lines, ticks(0, top, 4), width, y);
    footing(feet, ticks(low, high, width > 260 ? 8 : 4), height, x);
    const room = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.bottom + 2 };
    attrs(inner, { x: MARGIN.left, ...room, viewBox: `${MARGIN.left} 0 ${room.width} ${room.height}` });
    const xs = Array.from({ length: 61 }, (_, k) => low + ((high - low) * k) / 60).concat(goal).sort((a, b) => a - b);
    attr(path, "points", xs.map((at) => `${x(at).toFixed(1)},${y(total(at)).toFixed(1)}`).join(" "));
    const [at, slope] = [now.input[i], slopes[i]];
    const border = clamp(at, low, high);
    const inside = border === at;
    [tangent, point].forEach((mark) => attr(mark, "visibility", inside ? "visible" : "hidden"));
    [away, real].forEach((mark) => attr(mark, "visibility", inside ? "hidden" : "visible"));
    const [px, py, way] = [x(border), y(total(border)), Math.sign(at - border)];
    if (inside) {
      const reach = (high - low) / 5;
      attrs(tangent, { x1: x(at - reach), x2: x(at + reach), y1: y(total(at) - slope * reach), y2: y(total(at) + slope * reach) });
      attrs(point, { cx: px, cy: py });
    } else {
      beyond(away, px, py, way * 90);
      attrs(real, { x: px + way * 6, y: py - 12, "text-anchor": way > 0 ? "end" : "start" });
      text(real, `${written(total(at))} at ${written(at)}`);
    }
  };
  return { node, update };
};
