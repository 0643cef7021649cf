// The picture of the difference lab: how far apart the gradients are, against the step.

const POWERS = { x: [-12, 0], y: [-13, 3] };
const EDGES = { left: 46, right: 12, top: 8, bottom: 40 };

const differencePlot = (act) => {
  const back = svg("g"), theory = svg("path", { class: "bh-theory" });
  const limit = svg("line", { class: "bh-limit" }), ring = svg("circle", { class: "bh-ring", r: 8 });
  const now = svg("line", { class: "bh-now" });
  const dots = TYPES.map((type) => svg("path", { class: `bh-dots bh-${type}` }));
  const marks = TYPES.map((type) => svg("circle", { class: `bh-mark bh-${type}`, r: 6 }));
  const inner = svg("svg", {}, theory, limit);
  const drawing = svg("svg", { "aria-hidden": "true", class: "bh-drawing" }, back, inner, now, ...dots, ring, ...marks);
  const node = html("div", { class: "bh-plot bh-steps" }, drawing);
  let place = null;

  // A press or a drag anywhere chooses the nearest step.
  let held = false;
  const choose = (event) => {
    const power = place.back(event.clientX - node.getBoundingClientRect().left);
    act.set({ step: clamp(Math.round((power + 12) * 4), 0, 48) });
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = true;
    node.setPointerCapture(event.pointerId);
    choose(event);
  });
  node.addEventListener("pointermove", (event) => held && choose(event));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(end, () => (held = false));

  const named = (power) => (power ? `1e${power}`.replace("-", "\u2212") : "1");
  const axes = (width, height) => {
    const [left, right, top, bottom] = [EDGES.left, width - EDGES.right, EDGES.top, height - EDGES.bottom];
    const lines = [], tick = (words, at) => svg("text", { class: "bh-tick", ...at }, words);
    for (let power = -12; power <= 3; power += 3) {
      const y = place.y(power);
      lines.push(svg("line", { class: "bh-rule", x1: left, x2: right, y1: y, y2: y }),
        tick(named(power), { x: left - 6, y: y + 4, "text-anchor": "end" }));
    }
    for (let power = -12; power <= 0; power += width < 340 ? 4 : 2) {
      const x = place.x(power);
      lines.push(svg("line", { class: "bh-rule", x1: x, x2: x, y1: top, y2: bottom }),
        tick(named(power), { x, y: bottom + 16, "text-anchor": power ? "middle" : "end" }));
    }
    lines.push(tick("step h", { x: (left + right) / 2, y: height - 6, "text-anchor": "middle" }));
    back.replaceChildren(...lines);
    attrs(inner, { x: left, y: top, width: right - left, height: bottom - top, viewBox: `${left} ${top} ${right - left} ${bottom - top}` });
  };

  let drawn = "";
  const resize = (width, height) => {
    if (drawn === `${width} ${height}`) return;
    drawn = `${width} ${height}`;
    const across = [EDGES.left, width - EDGES.right];
    place = { x: scale(POWERS.x, across), y: scale(POWERS.y, [height - EDGES.bottom, EDGES.top]), back: scale(across, POWERS.x) };
    attrs(drawing, { viewBox: `0 0 ${width} ${height}`, width, height });
    axes(width, height);
  };

  const update = ({ curves: { steps }, scheme, step }, found, { width, height }) => {
    resize(width, height);
    const log = steps.map(Math.log10);
    const y = (number) => place.y(clamp(number > 0 ? Math.log10(number) : -Infinity, ...POWERS.y));
    const slope = scheme === "central" ? 2 : 1;
    const line = (at, power) => [-12, 0].map((x, i) => `${i ? "L" : "M"}${place.x(x)} ${place.y(Math.log10(at) + power * x)}`).join("");
    attr(theory, "d", line(found.truncation, slope) + found.types.map(({ rounding }) => line(rounding, -1)).join(""));
    const height64 = y(found.limit);
    attrs(limit, { x1: EDGES.left, x2: width - EDGES.right, y1: height64, y2: height64 });
    attrs(ring, { cx: place.x(-6), cy: y(found.gap), visibility: scheme === "central" ? "visible" : "hidden" });
    const x = place.x(log[step]);
    attrs(now, { x1: x, x2: x, y1: EDGES.top, y2: height - EDGES.bottom });
    found.types.forEach(({ differences, difference }, i) => {
      attr(dots[i], "d", differences.map((one, k) => `M${place.x(log[k]).toFixed(1)} ${y(one).toFixed(1)}h0`).join(""));
      attrs(marks[i], { cx: x, cy: y(difference) });
    });
  };
  return { node, update };
};
