// The trace player: step backward through a computation that PyTorch has run.

const PACE = 1500; // milliseconds of a step while it plays

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

// What can be done to the player.
const actionsOf = (model, trace) => {
  const last = trace.steps.length;
  const step = () => model.get("step");
  const set = (changes) => {
    Object.entries(changes).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
  };
  const go = (to) => set({ step: clamp(to, 0, last), selected: -1 });
  const active = () => (step() ? trace.steps[step() - 1].node : null);
  // Without a choice of the reader, the node of the step is shown, and at first the root.
  const chosen = () => (model.get("selected") >= 0 ? model.get("selected") : active() ?? trace.steps[0].node);
  return { last, step, go, active, chosen, choose: (selected) => set({ selected }) };
};

// Steps on by itself until the end, or until the reader does something.
const playing = (act, onChange) => {
  let timer = null;
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    onChange(false);
  };
  const tick = () => {
    act.go(act.step() + 1);
    if (act.step() >= act.last) stop();
  };
  const toggle = () => {
    if (timer !== null) return stop();
    timer = setInterval(tick, PACE);
    onChange(true);
    act.go(act.step() >= act.last ? 0 : act.step() + 1);
    return undefined;
  };
  return { stop, toggle };
};

// Keys that work wherever the focus is inside the player; a slider or a button keeps its own.
const onKeys = (root, act, graph, player, move) => {
  root.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const onControl = event.target.closest("button, input");
    const box = event.target.closest(".bh-node");
    const walk = (by) => () => {
      const next = graph.walk(Number(box.dataset.node), by);
      act.choose(next);
      graph.focus(next);
      graph.reveal(next, false);
    };
    const keys = { ArrowRight: () => move(1), ArrowLeft: () => move(-1), Home: () => move(-Infinity), End: () => move(Infinity) };
    if (!onControl) keys[" "] = box ? () => act.choose(Number(box.dataset.node)) : player.toggle;
    if (box) Object.assign(keys, { ArrowUp: walk(-1), ArrowDown: walk(1), Enter: keys[" "] });
    if (!keys[event.key] || event.target.closest("input")) return;
    event.preventDefault();
    keys[event.key]();
  });
};

const keyOf = () =>
  html("p", { class: "bh-key" }, html("span", {}, html("i", { class: "bh-line" }), "values go down"),
    html("span", {}, html("i", { class: "bh-line bh-slope" }), "gradients come up"));

function render({ model, el }) {
  const trace = model.get("trace");
  const plan = schedule(trace);
  const act = actionsOf(model, trace);
  const graph = graphOf(trace, plan, act);
  const panel = panelOf(trace, plan);
  const play = button("Play", () => player.toggle());
  const player = playing(act, (runs) => text(play, runs ? "Pause" : "Play"));
  const move = (by) => {
    player.stop();
    const kept = graph.node.contains(document.activeElement);
    act.go(act.step() + by);
    if (kept) graph.focus(act.chosen());
  };
  const [back, on] = [["◀", "previous step", -1], ["▶", "next step", 1]].map(([sign, label, by]) => {
    const one = button(sign, () => move(by));
    attr(one, "aria-label", label);
    return one;
  });
  const position = slider("step", "step", { min: 0, max: act.last, step: 1 }, (to) => move(to - act.step()));
  let whole = false;
  const overview = button("Whole graph", () => {
    whole = !whole;
    resize();
  });
  const buttons = html("div", { class: "bh-buttons" }, back, on, play, overview);
  const controls = html("div", { class: "bh-controls" }, buttons, position.node, keyOf());
  const layout = html("div", { class: trace.broad ? "bh-player bh-broad" : "bh-player" }, graph.node, controls, panel.node);
  const place = document.querySelectorAll(".bh-trace").length + 1; // names of landmarks differ
  const root = frame("bh-trace", `Lab ${place}: step backward through ${trace.nodes.at(-1).title}`, layout);
  Object.entries(trace.heights).forEach(([name, high]) => root.style.setProperty(`--bh-${name}`, `${high}px`));
  onKeys(root, act, graph, player, move);

  let seen = null; // the step that was drawn last
  const draw = () => {
    const [step, chosen, active] = [act.step(), act.chosen(), act.active()];
    graph.update(step, chosen, active);
    panel.update(step, chosen);
    position.update(step);
    attr(position.node.querySelector("input"), "aria-valuetext", step ? `step ${step} of ${act.last}, ${calledFully(trace.nodes[active])}` : "before backward");
    attr(back, "aria-disabled", step === 0);
    attr(on, "aria-disabled", step === act.last);
    if (seen !== step) graph.reveal(active ?? chosen, seen !== null && !stillness.matches);
    seen = step;
  };
  const resize = () => {
    const large = graph.fit(whole);
    attr(overview, "hidden", large || whole ? null : "");
    text(overview, whole ? "Readable size" : "Whole graph");
    if (!whole) graph.reveal(act.chosen(), false);
  };
  el.replaceChildren(root);
  resize();
  draw();
  const stop = follow(model, root, ["step", "selected"], draw);
  const sizes = new ResizeObserver(resize);
  sizes.observe(graph.node);
  return () => {
    player.stop();
    sizes.disconnect();
    stop();
  };
}

export default { render };
