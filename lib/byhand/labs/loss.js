// The loss lab: predictions to drag, their loss (blue) and its gradient (orange).

const REDUCTIONS = ["mean", "sum", "none"].map((name) => [name, name]);
const SETTINGS = ["input", "loss", "reduction", "delta", "grad_output", "lr"];

const COLUMNS = [
  ["element", "element", "#", ""],
  ["input", "prediction", "pred.", "bh-value"],
  ["target", "target", "target", ""],
  ["difference", "difference", "diff.", ""],
  ["term", "loss term", "term", "bh-value"],
  ["gradient", "gradient", "grad.", "bh-gradient"],
];

const keyLine = (...marks) =>
  html("p", { class: "bh-key" }, ...marks.map(([kind, words]) => html("span", {}, html("i", { class: kind }), words)));

function render({ model, el }) {
  const reference = model.get("reference");
  const get = (name) => model.get(name);
  const state = () => Object.fromEntries([...SETTINGS, "target", "selected"].map((name) => [name, get(name)]));
  let before = null; // the loss before the last step, until something else changes
  const set = (changes) => {
    before = null;
    Object.entries(changes).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
  };
  const moved = (i, value) => get("input").map((old, k) => (k === i ? value : old));
  const api = {
    get, set, limits: limits(reference.input, get("target")),
    move: (i, value) => set({ input: moved(i, value), selected: i }),
  };
  const step = () => {
    const now = state();
    const { loss, gradient } = compute(now);
    set({ input: now.input.map((value, i) => value - now.lr * gradient[i]) });
    before = loss;
  };
  const reset = () => set({ ...Object.fromEntries(SETTINGS.map((name) => [name, reference[name]])), selected: reference.selected });

  const controls = {
    loss: choice("loss", "loss", Object.entries(LOSSES).map(([key, { name }]) => [key, name]), (loss) => set({ loss })),
    reduction: choice("reduction", "reduction", REDUCTIONS, (reduction) => set({ reduction })),
    delta: slider("delta", "δ (delta)", { min: 0.1, max: 3, step: 0.1 }, (delta) => set({ delta })),
    grad_output: slider("grad_output", "grad_output", { min: -2, max: 2, step: 0.1 }, (grad_output) => set({ grad_output })),
    lr: slider("lr", "learning rate", { min: 0.1, max: 2, step: 0.1 }, (lr) => set({ lr })),
  };
  const left = scatter(state(), api), right = curve(api);
  const table = numbers("The numbers of the figure", COLUMNS, get("input").length);
  const loss = html("strong", { class: "bh-big bh-value", "data-name": "loss" });
  const was = html("span", { class: "bh-muted" });
  const sum = html("span", { class: "bh-gradient" });
  const about = html("span", { class: "bh-title" });
  const owner = html("span");
  const slope = html("span");
  const how = html("span", { class: "bh-muted" });
  const announce = announcer();

  const root = frame("bh-loss", "Lab: predictions, their loss and its gradient",
    html("div", { class: "bh-row" }, ...["loss", "reduction", "delta", "grad_output"].map((name) => controls[name].node)),
    html("div", { class: "bh-panels" },
      html("div", { class: "bh-wide" },
        html("p", { class: "bh-title" }, "Drag the predictions"),
        keyLine(["bh-dot", "prediction"], ["bh-ring", "target"], ["bh-push", "push = −gradient"]), left.node),
      html("div", {},
        html("p", {}, about), keyLine(["bh-line", "loss"], ["bh-line bh-slope", slope]), right.node)),
    html("div", { class: "bh-answer" },
      html("p", {}, "loss = ", loss, " ", how, was),
      html("p", {}, owner, sum)),
    html("div", { class: "bh-row" }, controls.lr.node, button("Take one step", step), button("Reset", reset)),
    table.node, announce.node);

  const draw = () => {
    const now = state();
    const found = compute(now);
    Object.keys(controls).forEach((name) => controls[name].update(now[name]));
    attr(controls.delta.node, "hidden", now.loss === "huber" ? null : "");
    const width = (node) => Math.max(node.clientWidth, 200);
    const [wide, narrow] = [width(left.node), width(right.node)];
    left.update(now, found, { width: wide, height: 250 });
    right.update(now, found, { width: narrow, height: wide === narrow ? 190 : 250 });
    table.cells.forEach((cells, i) => {
      const row = { element: i, input: now.input[i], target: now.target[i], difference: found.difference[i], term: found.terms[i], gradient: found.gradient[i] };
      Object.entries(row).forEach(([name, value]) => show(cells[name], value));
      attr(table.rows[i], "class", i === now.selected ? "bh-chosen" : null);
    });
    show(loss, found.loss);
    text(how, now.reduction === "none" ? "(the terms as they are" : `(the ${now.reduction} of the terms`);
    text(was, before === null ? ")" : `; before the step: ${[before].flat().map((one) => written(one)).join(", ")})`);
    text(owner, `gradient of prediction ${now.selected} = `);
    text(slope, `its slope, ${written(found.slopes[now.selected])}`);
    text(sum, worked(now, found));
    text(about, `${now.reduction === "none" ? "Its term" : "Loss"} as prediction ${now.selected} moves`);
    announce.say(`${LOSSES[now.loss].name}, ${now.reduction}: loss ${loss.textContent}. Prediction ${now.selected}: gradient ${written(found.gradient[now.selected])}.`);
  };
  el.replaceChildren(root);
  attr(root, "data-agrees", String(agrees(state(), reference)));
  draw();
  const stop = follow(model, root, [...SETTINGS, "target", "selected"], draw);
  return () => {
    stop();
    announce.stop();
  };
}

export default { render };
