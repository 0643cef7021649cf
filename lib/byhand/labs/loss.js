// The loss lab: predictions to drag, their loss (blue) and its gradient (orange).

const REDUCTIONS = ["mean", "sum", "none"].map((name) => [name, name]);
const SETTINGS = ["input", "loss", "reduction", "delta", "grad_output", "lr", "selected"];
const TRAITS = [...SETTINGS, "target"];

const COLUMNS = [
  ["element", "element", "el.", ""],
  ["input", "prediction", "pred.", "bh-value"],
  ["target", "target", "target", ""],
  ["difference", "difference", "diff.", ""],
  ["term", "loss term", "term", "bh-value"],
  ["gradient", "gradient", "grad.", "bh-gradient"],
];

const keyLine = (...marks) =>
  html("p", { class: "bh-key" }, ...marks.map(([kind, words]) => html("span", {}, html("i", { class: kind }), words)));

// What can be done to the lab: read its settings, change them, take a step, begin again.
const actions = (model) => {
  const reference = model.get("reference");
  const state = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const act = { state, reference, before: null }; // before: the loss before a step, until something else changes
  act.set = (changes) => {
    act.before = null;
    Object.entries(changes).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
  };
  act.move = (i, value) => act.set({ input: state().input.map((old, k) => (k === i ? value : old)), selected: i });
  act.step = () => {
    const now = state();
    const { loss, gradient } = compute(now);
    const input = now.input.map((value, i) => value - now.lr * gradient[i]);
    if (!input.every(Number.isFinite)) return; // it has diverged out of all numbers
    act.set({ input });
    act.before = loss;
  };
  act.reset = (names) => act.set(Object.fromEntries(names.map((name) => [name, reference[name]])));
  return act;
};

const settings = ({ set }) => ({
  loss: choice("loss", "loss", Object.entries(LOSSES).map(([key, { name }]) => [key, name]), (loss) => set({ loss })),
  reduction: choice("reduction", "reduction", REDUCTIONS, (reduction) => set({ reduction })),
  delta: slider("delta", "δ of Huber", { min: 0.1, max: 3, step: 0.1 }, (delta) => set({ delta })),
  grad_output: slider("grad_output", "grad_output", { min: -2, max: 2, step: 0.1 }, (grad_output) => set({ grad_output })),
  lr: slider("lr", "learning rate", { min: 0.1, max: 2, step: 0.1 }, (lr) => set({ lr })),
});

// One line of the answer: whose number, the rule, the rule with numbers, the result. It may break
// before an equals sign only.
const sum = (name) => {
  const [owner, rule, filled] = ["span", "span", "span"].map((tag) => html(tag));
  const result = html("strong", { "data-name": name });
  const ends = html("span", {}, "= ", result);
  const node = html("p", { class: "bh-sum" }, owner, " ", html("span", { class: "bh-gradient" }, rule, " ", filled, " ", ends));
  const update = (whose, [asRule, asNumbers], value) => {
    text(owner, whose);
    text(rule, `= ${asRule}`);
    text(filled, `= ${asNumbers}`);
    show(result, value);
  };
  return { node, update };
};

// The words around the drawings, and what they say now.
const sentences = () => {
  const part = {
    loss: html("strong", { class: "bh-big bh-value", "data-name": "loss" }), how: html("span", { class: "bh-muted" }),
    slope: sum("slope"), gradient: sum("chosen"), about: html("span"), tangent: html("span"),
    outside: html("span", { class: "bh-outside" }, html("i"), "outside"),
  };
  const update = (now, found, before, outside) => {
    const [kept, which] = [now.reduction === "none", letter(now.selected)];
    const was = before === null || kept ? "" : `; before the step: ${written(before)}`;
    show(part.loss, found.loss);
    attr(part.loss, "class", kept ? "bh-value" : "bh-big bh-value");
    text(part.how, `(${kept ? "the terms as they are" : `${now.reduction} of the terms`}${was})`);
    const [slope, its] = [found.slopes[now.selected], `slope of the ${kept ? "term" : "loss"}`];
    part.slope.update(`${its} for ${which}`, workedSlope(now, found), slope);
    part.gradient.update(`gradient of ${which}`, workedGradient(now, found), found.gradient[now.selected]);
    text(part.tangent, `${its}, ${written(slope)}`);
    text(part.about, `${kept ? "Loss term" : "Loss"} as prediction ${which} moves`);
    attr(part.outside, "hidden", outside ? null : "");
  };
  const summary = (now, found) =>
    `${LOSSES[now.loss].name}, ${now.reduction}: loss ${part.loss.textContent}. ` +
    `Prediction ${letter(now.selected)}: gradient ${written(found.gradient[now.selected])}.`;
  return { ...part, update, summary };
};

const fill = (table, now, found) =>
  table.cells.forEach((cells, i) => {
    const row = { input: now.input[i], target: now.target[i], difference: found.difference[i], term: found.terms[i], gradient: found.gradient[i] };
    text(cells.element, letter(i));
    Object.entries(row).forEach(([name, value]) => show(cells[name], value));
    attr(table.rows[i], "class", i === now.selected ? "bh-chosen" : null);
  });

const panel = (title, key, drawing) => html("div", {}, title, key, drawing.node);
const title = (...words) => html("p", { class: "bh-title" }, ...words);

const arrange = (act, { controls, left, right, words, table, announce }) =>
  frame("bh-loss", "Lab: predictions, their loss and its gradient",
    html("div", { class: "bh-row" }, ...["loss", "reduction", "delta", "grad_output"].map((name) => controls[name].node)),
    html("div", { class: "bh-panels" },
      panel(title("Drag the predictions", words.outside),
        keyLine(["bh-dot", "prediction"], ["bh-ring", "target"], ["bh-push", "pull = −gradient"]), left),
      panel(title(words.about), keyLine(["bh-line", "loss"], ["bh-line bh-slope", words.tangent]), right)),
    html("div", { class: "bh-answer" },
      html("p", {}, "loss = ", words.loss, " ", words.how), words.slope.node, words.gradient.node),
    html("div", { class: "bh-row" }, controls.lr.node,
      html("div", { class: "bh-buttons" }, button("Take one step", act.step),
        button("Reset predictions", () => act.reset(["input"])), button("Reset all", () => act.reset(SETTINGS)))),
    table.node, announce.node);

function render({ model, el }) {
  const act = actions(model);
  const first = act.state();
  const parts = {
    controls: settings(act), left: scatter(first, act), right: curve(first, act), words: sentences(),
    table: numbers("The numbers of the figure", COLUMNS, first.input.length), announce: announcer(),
  };
  const { controls, left, right, words, table, announce } = parts;
  const root = arrange(act, parts);
  const draw = () => {
    const now = act.state();
    const found = compute(now);
    const [wide, narrow] = [left, right].map(({ node }) => Math.max(node.clientWidth, 200));
    Object.keys(controls).forEach((name) => controls[name].update(now[name], name !== "delta" || now.loss === "huber"));
    const outside = left.update(now, found, { width: wide, height: 250 });
    right.update(now, found, { width: narrow, height: wide === narrow ? 190 : 250 });
    fill(table, now, found);
    words.update(now, found, act.before, outside);
    announce.say(words.summary(now, found));
  };
  el.replaceChildren(root);
  attr(root, "data-agrees", String(agrees(first, act.reference)));
  draw();
  const stop = follow(model, root, TRAITS, draw);
  return () => {
    stop();
    announce.stop();
  };
}

export default { render };
