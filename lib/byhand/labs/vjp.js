// The lab of vᵀJ: each row of a Jacobian times its weight, and their sum as an arrow.

const NAMES = { x: ["x₁", "x₂"], v: ["v₁", "v₂", "v₃"], y: ["y₁", "y₂", "y₃"] };
const RULES = ["x₁²", "x₁·x₂", "3·x₂"];
const REACH = { x: 2, v: 2 };
const EDGE = 3; // the plane goes from −3 to 3
const SHRINK = 4; // arrows have a quarter of their length
const FRAME = 14;

// The numbers of PyTorch's forward, Jacobian and backward.
const compute = ({ x: [a, b], v }) => {
  const jacobian = [[2 * a, 0], [b, a], [0, 3]];
  const rows = jacobian.map((row, i) => row.map((entry) => v[i] * entry));
  const vjp = [0, 1].map((j) => rows.reduce((sum, row) => sum + row[j], 0));
  return { output: [a * a, a * b, 3 * b], jacobian, rows, vjp };
};

const agrees = (reference) => {
  const ours = compute(reference);
  return ["output", "jacobian", "vjp"].every((name) => {
    const theirs = reference[name].flat();
    return ours[name].flat().every((one, i) => Math.abs(one - theirs[i]) <= 1e-9);
  });
};

const worded = (numbers) => `[${numbers.map((one) => written(one)).join(", ")}]`;

// A cell of two numbers.
const pair = (name, kind = "bh-gradient") => html("span", { class: `bh-pair ${kind}`, "data-name": name });

// One output: its weight to drag, its row of the Jacobian, and the product of both.
const weighted = (i, act) => {
  const weight = slider(`v${i + 1}`, NAMES.v[i], { min: -REACH.v, max: REACH.v, step: 0.1 }, (value) => act.put("v", i, value));
  const [row, product] = [pair("jacobian"), pair("product")];
  const output = html("strong", { class: "bh-value", "data-name": "output" });
  const node = html("div", { class: "bh-weighted", role: "group", "aria-label": `output ${i + 1}` },
    html("span", { class: "bh-out" }, html("span", { class: "bh-muted" }, `${NAMES.y[i]} = ${RULES[i]} = `), output),
    weight.node,
    html("p", { class: "bh-times" }, html("span", { class: "bh-sign" }, `${NAMES.v[i]} ×`), row, html("span", { class: "bh-sign" }, "="), product));
  const update = ({ v }, found) => {
    weight.update(v[i]);
    show(output, found.output[i], 3);
    show(row, found.jacobian[i], 3);
    show(product, found.rows[i], 3);
    product.style.setProperty("--bh-strength", (0.45 * Math.abs(v[i])) / REACH.v);
    attr(product, "data-negative", v[i] < 0);
  };
  return { node, update };
};

// An arrow from one point of the picture to another; a very short one is a dot.
const pointer = (kind) => {
  const shaft = svg("line", { class: "bh-shaft" }), head = svg("path", { class: "bh-head" });
  const node = svg("g", { class: kind }, shaft, head);
  const update = ([x1, y1], [x2, y2], size) => {
    const length = Math.hypot(x2 - x1, y2 - y1);
    const tip = Math.min(size, 0.6 * length);
    const turn = Math.atan2(y2 - y1, x2 - x1);
    attrs(shaft, { x1, y1, x2: x2 - tip * Math.cos(turn), y2: y2 - tip * Math.sin(turn) });
    const shape = length < 1 ? "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z" : `M0 0L${-tip} ${-0.55 * tip}L${-tip} ${0.55 * tip}z`;
    attrs(head, { d: shape, transform: `translate(${x2} ${y2}) rotate(${(turn * 180) / Math.PI})` });
  };
  return { node, update };
};

// Where the name of an arrow stands: beside its middle.
const named = (label, [x1, y1], [x2, y2], words) => {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = length ? [(y2 - y1) / length, (x1 - x2) / length] : [0, 0];
  attrs(label, { x: (x1 + x2) / 2 + 12 * dx, y: (y1 + y2) / 2 + 12 * dy + 4, visibility: length < 14 ? "hidden" : "visible" });
  text(label, words);
};

// The input plane: the point x to drag, the weighted rows head to tail, and their sum.
const plane = (act) => {
  const back = svg("g"), names = NAMES.v.map(() => svg("text", { class: "bh-name", "text-anchor": "middle" }));
  const parts = NAMES.v.map(() => pointer("bh-part")), total = pointer("bh-total");
  const drawing = svg("svg", { "aria-hidden": "true", class: "bh-drawing" }, back, ...parts.map(({ node }) => node), total.node, ...names);
  const point = html("div", { class: "bh-handle", "aria-hidden": "true" });
  const node = html("div", { class: "bh-plot bh-plane" }, drawing, point);
  let place = null;
  let grip = null; // how far from its centre the point was taken
  point.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    point.setPointerCapture(event.pointerId);
    const box = point.getBoundingClientRect();
    grip = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  });
  point.addEventListener("pointermove", (event) => {
    if (grip === null) return;
    const box = node.getBoundingClientRect();
    const at = [event.clientX - grip[0] - box.left, event.clientY - grip[1] - box.top];
    act.set({ x: at.map((pixel, j) => clamp(snap(place.back[j](pixel), 0.1), -REACH.x, REACH.x)) });
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    point.addEventListener(end, () => (grip = null));

  const lines = (side) => {
    const [x, y] = place.on;
    const rule = (value, across) => {
      const at = across ? { x1: x(value), x2: x(value), y1: FRAME, y2: side - FRAME } : { x1: FRAME, x2: side - FRAME, y1: y(value), y2: y(value) };
      return svg("line", { class: value === 0 ? "bh-axis" : "bh-rule", ...at });
    };
    const marks = [-3, -2, -1, 0, 1, 2, 3];
    const number = (value, at) => svg("text", { class: "bh-tick", "text-anchor": "end", ...at }, written(value));
    const numbered = [-2, 2].flatMap((value) => [number(value, { x: x(value) - 3, y: y(0) + 13 }), number(value, { x: x(0) - 4, y: y(value) - 3 })]);
    const axes = [svg("text", { class: "bh-tick", x: side - FRAME, y: y(0) - 5, "text-anchor": "end" }, "x₁"), svg("text", { class: "bh-tick", x: x(0) + 5, y: FRAME + 9 }, "x₂")];
    back.replaceChildren(...marks.flatMap((value) => [rule(value, true), rule(value, false)]), ...numbered, ...axes);
  };

  let drawn = 0;
  const update = ({ x, v }, { rows, vjp }) => {
    const side = Math.min(Math.max(node.clientWidth, 200), 340);
    const ends = [FRAME, side - FRAME];
    if (drawn !== side) {
      drawn = side;
      const [over, up] = [[-EDGE, EDGE], [EDGE, -EDGE]];
      place = { on: [scale(over, ends), scale(up, ends)], back: [scale(ends, over), scale(ends, up)] };
      attrs(drawing, { viewBox: `0 0 ${side} ${side}`, width: side, height: side });
      lines(side);
    }
    const pixel = (at) => at.map((value, j) => place.on[j](value));
    const along = (from, by) => from.map((value, j) => value + by[j] / SHRINK);
    let from = x;
    parts.forEach((part, i) => {
      const to = along(from, rows[i]);
      part.update(pixel(from), pixel(to), 9);
      attr(part.node, "opacity", v[i] === 0 ? 0 : 1);
      named(names[i], pixel(from), pixel(to), String(i + 1));
      from = to;
    });
    total.update(pixel(x), pixel(along(x, vjp)), 14);
    const [left, top] = pixel(x);
    point.style.transform = `translate(${left}px, ${top}px)`;
  };
  return { node, update };
};

const actions = (model) => {
  const reference = model.get("reference");
  const state = () => ({ x: model.get("x"), v: model.get("v") });
  const set = (changes) => {
    Object.entries(changes).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
  };
  const put = (name, i, value) => set({ [name]: state()[name].map((old, k) => (k === i ? value : old)) });
  return { reference, state, set, put };
};

const presets = (act) =>
  html("div", { class: "bh-buttons" },
    ...[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]].map((v) => button(`v = ${worded(v)}`, () => act.set({ v }))),
    button("Reset", () => act.set({ x: act.reference.x, v: act.reference.v })));

const key = (...marks) =>
  html("p", { class: "bh-key" }, ...marks.map(([kind, words]) => html("span", {}, html("i", { class: kind }), words)));

function render({ model, el }) {
  const act = actions(model);
  const rows = NAMES.v.map((_, i) => weighted(i, act));
  const point = NAMES.x.map((name, j) =>
    slider(`x${j + 1}`, name, { min: -REACH.x, max: REACH.x, step: 0.1 }, (value) => act.put("x", j, value)));
  const picture = plane(act);
  const sum = pair("vjp", "bh-big bh-gradient");
  const announce = announcer();
  const root = frame("bh-vjp", "Lab: the weighted rows of a Jacobian and their sum",
    html("div", { class: "bh-panels" },
      html("div", { class: "bh-rows" },
        html("p", { class: "bh-title" }, "Weight × row of J"),
        ...rows.map(({ node }) => node),
        html("p", { class: "bh-sum" }, html("span", {}, "Sum of the rows: vᵀJ"), sum),
        presets(act)),
      html("div", { class: "bh-side" },
        html("p", { class: "bh-title" }, "Input plane: drag x"),
        key(["bh-dot", "x"], ["bh-thin", "weighted rows 1, 2, 3"], ["bh-thick", "vᵀJ"], ["", "arrows at ¼ length"]),
        picture.node,
        html("div", { class: "bh-row" }, ...point.map(({ node }) => node)))),
    announce.node);
  const draw = () => {
    const now = act.state();
    const found = compute(now);
    rows.forEach((row) => row.update(now, found));
    point.forEach((one, j) => one.update(now.x[j]));
    show(sum, found.vjp, 3);
    picture.update(now, found);
    announce.say(`x is ${worded(now.x)}, v is ${worded(now.v)}. The sum of the weighted rows is ${worded(found.vjp)}.`);
  };
  el.replaceChildren(root);
  attr(root, "data-agrees", String(agrees(act.reference)));
  draw();
  const stop = follow(model, root, ["x", "v"], draw);
  return () => {
    stop();
    announce.stop();
  };
}

export default { render };
