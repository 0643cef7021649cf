// The losses of the three racers over the steps, with a logarithmic axis.

const DECADES = [-12, 4];
const EDGES = { left: 48, right: 10, top: 8, bottom: 36 };

const lossPlot = (act) => {
  const back = svg("g"), now = svg("line", { class: "bh-now" });
  const curves = RACERS.map(({ key }) => svg("path", { class: `bh-way bh-${key}` }));
  const marks = RACERS.map(({ key }, i) => svg("path", { class: `bh-mark bh-${key}`, d: MARKS[i] }));
  const drawing = svg("svg", { "aria-hidden": "true", class: "bh-drawing" }, back, now, ...curves, ...marks);
  const node = html("div", { class: "bh-plot bh-losses" }, drawing);
  let place = null;

  // A press or a drag anywhere chooses the nearest step.
  let held = false;
  const choose = (event) => act.go(Math.round(place.back(event.clientX - node.getBoundingClientRect().left)));
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = true;
    node.setPointerCapture(event.pointerId);
    choose(event);
  });
  node.addEventListener("pointermove", (event) => held && choose(event));
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(end, () => (held = false));

  let drawn = "";
  const prepare = (steps, width, height) => {
    if (drawn === `${steps} ${width}`) return;
    drawn = `${steps} ${width}`;
    const [left, right, top, bottom] = [EDGES.left, width - EDGES.right, EDGES.top, height - EDGES.bottom];
    place = { x: scale([0, steps], [left, right]), y: scale(DECADES, [bottom, top]), back: scale([left, right], [0, steps]) };
    attrs(drawing, { viewBox: `0 0 ${width} ${height}`, width, height });
    const tick = (words, at) => svg("text", { class: "bh-tick", ...at }, words);
    const powers = [-12, -8, -4, 0, 4].flatMap((power) => [
      svg("line", { class: "bh-rule", x1: left, x2: right, y1: place.y(power), y2: place.y(power) }),
      tick(power ? `1e${power}`.replace("-", "\u2212") : "1", { x: left - 6, y: place.y(power) + 4, "text-anchor": "end" })]);
    const counts = ticks(0, steps, 4).filter(Number.isInteger).map((one) =>
      tick(String(one), { x: place.x(one), y: bottom + 15, "text-anchor": one === steps ? "end" : "middle" }));
    back.replaceChildren(...powers, ...counts, tick("step", { x: (left + right) / 2, y: height - 5, "text-anchor": "middle" }));
  };

  const update = ({ steps, step }, runs, { width, height }) => {
    prepare(steps, width, height);
    const y = (loss) => place.y(clamp(loss > 0 ? Math.log10(loss) : loss === 0 ? -Infinity : Infinity, ...DECADES));
    runs.forEach(({ losses }, i) => {
      const seen = losses.slice(0, step + 1);
      const points = seen.map((loss, k) => [place.x(k), y(loss)]);
      attr(curves[i], "d", points.map(([a, b], k) => `${k ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join(""));
      attr(marks[i], "transform", `translate(${points.at(-1).map((one) => one.toFixed(1)).join(" ")})`);
    });
    attrs(now, { x1: place.x(step), x2: place.x(step), y1: EDGES.top, y2: height - EDGES.bottom });
  };
  return { node, update };
};
