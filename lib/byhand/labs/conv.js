// The lab of a convolution: which cells meet in the forward pass, and where gradients go.

const TRAITS = ["x", "weight", "grad_output", "padding", "stride", "dilation", "view", "cell"];
const MOST = 9;
const SHAPES = [["padding", [0, 1, 2]], ["stride", [1, 2]], ["dilation", [1, 2]]];
const LINES = {
  y: "Forward: slide w over x. Each output is the sum of the products x·w in its window.",
  gx: "Each g goes back to its window, times the same weights. Each input adds up what arrives.",
  gw: "Each weight adds up x·g over all positions: g slides over x like a kernel.",
};

const actionsOf = (model) => {
  const act = actions(model, TRAITS);
  // The chosen cell; an output that a new shape has taken away is replaced by the last one.
  const chosen = () => {
    const { cell: [place, row, column], ...shape } = act.state();
    const last = { image: IMAGE, kernel: KERNEL, output: outputSize(shape) }[place] - 1;
    return { place, row: Math.min(row, last), column: Math.min(column, last) };
  };
  const edited = () => EDITED[VIEWS[act.state().view][chosen().place]];
  const value = () => edited() && act.state()[edited()][chosen().row][chosen().column];
  const change = (to) => {
    if (!edited() || !Number.isFinite(to)) return;
    const { row, column } = chosen();
    const rows = act.state()[edited()].map((one) => [...one]);
    rows[row][column] = clamp(snap(to, 0.01), -MOST, MOST);
    act.set({ [edited()]: rows });
  };
  const choose = ({ place, row, column }) => {
    if (JSON.stringify(act.state().cell) !== JSON.stringify([place, row, column])) act.set({ cell: [place, row, column] });
  };
  return Object.assign(act, { chosen, edited, value, change, choose, add: (step) => edited() && change(value() + step) });
};

// The number of the chosen cell, to change it.
const editor = (act, onLeave) => {
  const input = html("input", { type: "number", name: "value", min: -MOST, max: MOST, step: 0.5, class: "bh-input" });
  const label = html("label", {}, html("span"), input);
  const [less, more] = [press("− 1", () => act.add(-1)), press("+ 1", () => act.add(1))];
  const node = html("div", { class: "bh-editor", role: "group", "aria-label": "change the chosen number" }, label, less.node, more.node);
  input.addEventListener("input", () => input.value !== "" && act.change(Number(input.value)));
  input.addEventListener("change", () => update(act.state()));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    onLeave();
  });
  const update = ({ view }) => {
    const { place, row, column } = act.chosen();
    const name = named(VIEWS[view][place], [row, column]);
    const used = Boolean(act.edited());
    const others = PLACES.map((one) => VIEWS[view][one]).filter((one) => EDITED[one]);
    text(label.firstChild, used ? name : `${name} is computed. Choose a cell of ${others.join(" or ")} to change a number.`);
    attr(input, "aria-label", `value of ${name}`);
    for (const one of [input, less.node, more.node]) attr(one, "hidden", used ? null : "");
    const now = used ? act.value() : "";
    // What is being typed stays as it is, as long as it means the same.
    if (input.value === "" || Number(input.value) !== now) input.value = now;
    less.update(used && now > -MOST);
    more.update(used && now < MOST);
  };
  return { node, update, focus: () => { if (act.edited()) { input.focus(); input.select(); } } };
};

const experiments = (act) => {
  const g = (value) => act.state().grad_output.map((row, i) => row.map((_, j) => value(i, j)));
  const last = () => outputSize(act.state()) - 1;
  const list = [
    ["g: a single 1", () => { const [i, j] = [1, 2].map((one) => Math.min(one, last())); act.set({ grad_output: g((r, c) => Number(r === i && c === j)), view: "gx", cell: ["output", i, j] }); }],
    ["g: all 1", () => act.set({ grad_output: g(() => 1) })],
    ["A corner of x", () => act.set({ view: "gx", cell: ["image", 0, 0] })],
    ["The middle of w", () => act.set({ view: "gw", cell: ["kernel", 1, 1] })],
    ["Reset", act.reset],
  ];
  return buttons("Examples", ...list.map(([label, onClick]) => button(label, onClick)));
};

function render({ model, el }) {
  const act = actionsOf(model);
  const announce = announcer();
  let [pointed, found] = [null, null];
  const parts = {
    view: choice("show", "view", [["y", "y"], ["gx", "gx"], ["gw", "gw"]], (view) => act.set({ view })),
    shapes: SHAPES.map(([name, values]) => choice(name, name, values.map((one) => [String(one), String(one)]), (value) => act.set({ [name]: Number(value) }))),
    line: html("p", { class: "bh-line-of-view" }), answer: answer(),
    boards: boards(act, (cell) => { pointed = cell; look(); }),
    editor: editor(act, () => parts.boards.focus(act.chosen())),
  };
  act.edit = parts.editor.focus;
  const root = frame("bh-conv", "Lab: a convolution, and its gradients",
    html("div", { class: "bh-row" }, parts.view.node, ...parts.shapes.map((one) => one.node)),
    parts.line, parts.boards.node, parts.answer.node,
    html("div", { class: "bh-row bh-below" }, parts.editor.node, experiments(act)), announce.node);
  // Shows the meetings of the cell under the pointer, or of the chosen one.
  const look = () => {
    const { view } = act.state();
    const cell = pointed ?? act.chosen();
    const known = explain(view, cell, found);
    parts.boards.mark(cell, known.touched);
    parts.answer.update(known, VIEWS[view][cell.place]);
    return known;
  };
  // What another choice of a cell does not change.
  let drawn = "";
  const settle = ({ cell, ...now }) => {
    if (drawn === JSON.stringify(now)) return;
    drawn = JSON.stringify(now);
    found = compute(now);
    parts.view.update(now.view);
    SHAPES.forEach(([name], i) => parts.shapes[i].update(String(now[name])));
    text(parts.line, LINES[now.view]);
    parts.boards.fill(now, found);
  };
  const draw = () => {
    const now = act.state();
    settle(now);
    parts.boards.reach(act.chosen());
    parts.editor.update(now);
    announce.say(summary(look()));
  };
  el.replaceChildren(root);
  attr(root, "data-agrees", String(agrees(act.reference)));
  draw();
  const stop = follow(model, root, TRAITS, draw);
  return () => {
    stop();
    announce.stop();
  };
}

export default { render };
