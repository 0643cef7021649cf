// The graph: values flow down along blue lines, gradients come up along orange ones.

const EDGE = { apart: 4, head: 7, half: 4, side: 14, smallest: 0.8, legible: 0.45 };

// A smooth line through points with a head at its end: [line, head].
const flowPath = (points) => {
  let [x0, y0] = points[0];
  const tip = points.at(-1)[1];
  const way = Math.sign(tip - y0) || 1;
  let line = `M${x0} ${y0}`;
  points.slice(1).forEach(([x, y], i) => {
    const end = i === points.length - 2 ? y - way * EDGE.head : y;
    const middle = (y0 + end) / 2;
    line += `C${x0} ${middle} ${x} ${middle} ${x} ${end}`;
    [x0, y0] = [x, end];
  });
  return [line, `M${x0} ${tip}L${x0 - EDGE.half} ${y0}L${x0 + EDGE.half} ${y0}z`];
};

const edgeOf = (trace, plan, k, block, place, hatch) => {
  const { points, gradient } = trace.edges[k];
  const down = flowPath(points.map(([x, y]) => [x - EDGE.apart, y]));
  const parts = [svg("path", { class: "bh-down", d: down[0] }), svg("path", { class: "bh-down-head", d: down[1] })];
  const element = svg("g", { "data-edge": k }, ...parts);
  if (!gradient) return { element, chip: null, update: () => {} };
  const up = flowPath([...points].reverse().map(([x, y]) => [x + EDGE.apart, y]));
  element.append(svg("path", { class: "bh-up", d: up[0], pathLength: 1 }), svg("path", { class: "bh-up-head", d: up[1] }));
  const chip = svg("g", { class: "bh-chip", "data-edge": k, "data-name": "gradient" });
  const fill = once(() =>
    chip.append(svg("rect", { class: "bh-chip-back", ...place, x: place.x - 2, width: place.width + 2, rx: 3 }),
      ...drawBlock(block, "gradient", hatch, place.x, place.y, CHIP.line)));
  const update = (step) => {
    const now = plan.flows[k] === step;
    attr(element, "data-state", now ? "flows" : plan.flows[k] < step ? "flowed" : "waits");
    const inTransit = plan.flows[k] <= step && plan.runs[trace.edges[k].from] >= step;
    if (inTransit) fill();
    attr(chip, "visibility", inTransit ? null : "hidden");
  };
  return { element, chip, place, update };
};

// The part of the plane that holds boxes and numbers.
const boundsOf = (trace, edges) => {
  const places = edges.filter(({ chip }) => chip).map(({ place }) => place);
  const left = Math.min(0, ...places.map(({ x }) => x)) - EDGE.side;
  const right = Math.max(trace.width, ...places.map(({ x, width }) => x + width)) + EDGE.side;
  return { left, top: -EDGE.side, width: right - left, height: trace.height + 2 * EDGE.side };
};

const graphOf = (trace, plan, act) => {
  const hatch = `bh-hatch-${Math.random().toString(36).slice(2)}`;
  const blocks = trace.edges.map(({ gradient }) => gradient && chipBlock(gradient));
  const places = placeChips(trace, blocks);
  const edges = trace.edges.map((_, k) => edgeOf(trace, plan, k, blocks[k], places[k], hatch));
  const boxes = trace.nodes.map((_, id) => boxOf(trace, plan, id, hatch));
  const bounds = boundsOf(trace, edges);
  const drawing = svg("svg", { class: "bh-drawing", role: "listbox", "aria-label": "Nodes of the graph, inputs first", viewBox: `${bounds.left} ${bounds.top} ${bounds.width} ${bounds.height}` },
    hatches(hatch), svg("g", { "aria-hidden": "true" }, ...edges.map(({ element }) => element)),
    ...boxes.map(({ element }) => element),
    svg("g", { "aria-hidden": "true" }, ...edges.flatMap(({ chip }) => chip ?? [])));
  const node = html("div", { class: "bh-window" }, drawing);
  const order = trace.nodes.map((_, id) => id).sort((a, b) => trace.nodes[a].layer - trace.nodes[b].layer || trace.nodes[a].x - trace.nodes[b].x);
  drawing.addEventListener("click", (event) => {
    const box = event.target.closest(".bh-node");
    if (!box) return;
    act.choose(Number(box.dataset.node));
    box.focus({ preventScroll: true });
  });
  const walk = (from, by) => order[clamp(order.indexOf(from) + by, 0, order.length - 1)];
  const focus = (id) => boxes[id].element.focus({ preventScroll: true });

  let size = 1;
  // Fits the drawing to the window; where it would get too small to read, the window scrolls.
  const fit = (whole) => {
    const [wide, high] = [node.clientWidth / bounds.width, node.clientHeight / bounds.height];
    size = whole ? Math.min(wide, high, 1) : clamp(wide, EDGE.smallest, 1);
    attr(node, "data-far", size < EDGE.legible || null); // too small to read: colours tell
    attrs(drawing, { width: bounds.width * size, height: bounds.height * size });
    return Math.min(wide, high) < Math.max(EDGE.smallest, Math.min(wide, 1));
  };
  const reveal = (id, smooth) => {
    const { x, y, width, height } = trace.nodes[id];
    const centre = [(x - bounds.left) * size, (y - bounds.top) * size];
    const room = [node.clientWidth, node.clientHeight];
    const at = [node.scrollLeft, node.scrollTop];
    const half = [(width / 2) * size + 12, (height / 2) * size + 56];
    const goal = at.map((now, i) => (centre[i] - half[i] < now || centre[i] + half[i] > now + room[i] ? centre[i] - room[i] / 2 : now));
    if (goal.some((one, i) => one !== at[i])) node.scrollTo({ left: goal[0], top: goal[1], behavior: smooth ? "smooth" : "auto" });
  };
  const update = (step, chosen, active) => {
    edges.forEach((edge) => edge.update(step));
    boxes.forEach((box) => box.update(step, chosen, active));
  };
  return { node, update, fit, reveal, walk, focus };
};
