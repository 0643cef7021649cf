// The optimizer lab: three optimizers race on a loss of two parameters.

const TRAITS = ["surface", "start", "lr", "momentum", "steps", "step"];
const PACE = 120; // milliseconds of a step while it plays
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

// The learning rates that a slider offers: close together where the valley decides at 0.08.
const MANTISSAS = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.3, 3.6, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 7.9, 8, 8.1, 8.5, 9, 9.5];
const RATES = [...[-4, -3, -2, -1].flatMap((power) => MANTISSAS.map((one) => Number(`${one}e${power}`))), 1];
const nearest = (rate) =>
  RATES.reduce((best, one, i) => (Math.abs(Math.log(one / rate)) < Math.abs(Math.log(RATES[best] / rate)) ? i : best), 0);

const actionsOf = (model) => {
  const course = model.get("course");
  const act = actions(model, TRAITS);
  return Object.assign(act, {
    course,
    window: () => course.surfaces[act.state().surface].window,
    go: (to) => act.set({ step: clamp(to, 0, act.state().steps) }),
    // To the settings of an experiment, and to its step: the last one if it names none.
    begin: (experiment) => act.set({ ...settingsOf(experiment, course), step: experiment.step ?? act.state().steps }),
  });
};

// Steps on by itself until the end. Where the reader wants no motion, it is at the end at once.
const playing = (act, onChange) => {
  let timer = null;
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    onChange(false);
  };
  const on = () => {
    const { step, steps } = act.state();
    if (step + 1 >= steps) stop();
    act.go(step + 1);
  };
  const toggle = () => {
    if (timer !== null) return stop();
    const { step, steps } = act.state();
    if (stillness.matches) return act.go(steps);
    if (step >= steps) act.go(0);
    timer = setInterval(on, PACE);
    return onChange(true);
  };
  return { stop, toggle };
};

// The race of the present settings. To look at another step of it, nothing is computed again.
const remembered = (bound) => {
  let [known, runs] = ["", null];
  return ({ step, ...settings }) => {
    const asked = JSON.stringify(settings);
    if (asked !== known) [known, runs] = [asked, race(settings, bound)];
    return runs;
  };
};

// What a racer looks like in the pictures.
const swatch = ({ key }, i) =>
  svg("svg", { class: "bh-swatch", viewBox: "0 0 36 14", width: 36, height: 14, "aria-hidden": "true" },
    svg("path", { class: `bh-way bh-${key}`, d: "M1 7H35" }), svg("path", { class: `bh-mark bh-${key}`, d: MARKS[i], transform: "translate(18 7)" }));

const rates = (act) => {
  const dials = RACERS.map(({ name }, i) =>
    dial(`lr-${RACERS[i].key}`, ["learning rate of", name], { min: 0, max: RATES.length - 1, step: 1 }, (value) => act.put("lr", i, value), nearest, (place) => RATES[place]));
  const share = dial("momentum", ["momentum", "μ"], { min: 0, max: 0.99, step: 0.01 }, (value) => act.set({ momentum: value }));
  const node = html("div", { class: "bh-rates" }, title("Learning rates lr, momentum μ"), ...dials.map((one) => one.node), share.node);
  const update = (now) => {
    dials.forEach((one, i) => one.update(now.lr[i]));
    share.update(now.momentum);
  };
  return { node, update };
};

const transport = (act, player) => {
  const play = press("Play", player.toggle);
  const halted = (work) => () => {
    player.stop();
    work();
  };
  const step = press("Step", halted(() => act.go(act.state().step + 1)));
  const position = dial("step", ["", "step"], { min: 0, max: 1, step: 1 }, (to) => halted(() => act.go(to))());
  attr(position.input, "aria-label", "step");
  const node = html("div", { class: "bh-transport" },
    buttons("Run the race", play.node, step.node, button("To start", halted(() => act.go(0))), button("Reset", halted(act.reset))), position.node);
  let runs = false;
  const name = () => text(play.node, runs ? "Pause" : stillness.matches ? "Finish" : "Play");
  const update = (now) => {
    attr(position.input, "max", now.steps);
    position.update(now.step);
    attr(position.input, "aria-valuetext", `step ${now.step} of ${now.steps}`);
    step.update(now.step < now.steps);
    play.update(now.step < now.steps || !stillness.matches);
    name();
  };
  return { node, update, plays: (value) => { runs = value; name(); } };
};

const COLUMNS = [["racer", "racer", "racer", ""], ["loss", "loss L", "L", "bh-value"], ["norm", "length of the gradient", "‖∇L‖", "bh-gradient"], ["move", "last step (w₁, w₂)", "last step", "bh-gradient"]];
const fill = (table, found) =>
  found.forEach(({ place, loss, norm, move, diverged, chaotic }, i) => {
    const cells = table.cells[i];
    if (!cells.racer.firstChild) cells.racer.append(swatch(RACERS[i], i), html("span", {}, RACERS[i].name));
    [["loss", loss], ["norm", norm]].forEach(([name, value]) => {
      attr(cells[name], "data-value", value);
      text(cells[name], short(value));
    });
    attr(cells.move, "data-value", move && JSON.stringify(move.map(String)));
    text(cells.move, diverged !== null ? `diverged at ${diverged}` : move ? `(${move.map(short).join(", ")})` : "none yet");
    attrs(table.rows[i], { "data-diverged": diverged, "data-chaotic": chaotic, "data-place": JSON.stringify(place.map(String)) });
  });

const arrange = ({ surface, formula, picture, transport: below, rates: dials, losses, table, words, act, announce }) =>
  frame("bh-optimizer", "Lab: three optimizers race on a loss surface",
    html("div", { class: "bh-row" }, surface.node, formula),
    html("div", { class: "bh-panels" },
      html("div", {}, html("div", { class: "bh-headed" }, title("Lines of equal loss: drag the start"), keyLine(["bh-dot", "start"], ["bh-thin", "loss: stronger is larger"])), picture.node, below.node),
      html("div", {}, dials.node, title("Loss at each step"), losses.node)),
    table.node,
    html("div", { class: "bh-answer" }, words.notice, words.limit),
    html("div", { class: "bh-try" }, title("Try"), buttons("Experiments", ...EXPERIMENTS.filter(({ label }) => label).map((one) => button(one.label, () => act.begin(one))))),
    announce.node);

function render({ model, el }) {
  const act = actionsOf(model);
  const player = playing(act, (runs) => parts.transport.plays(runs));
  const parts = {
    act, picture: plane(act), transport: transport(act, player), rates: rates(act), losses: lossPlot(act), announce: announcer(),
    surface: choice("surface", "surface", act.course.order.map((key) => [key, act.course.surfaces[key].name]), (surface) => act.begin({ surface })),
    formula: html("strong", { class: "bh-value bh-formula" }), words: { notice: html("p"), limit: html("p") },
    table: numbers("The three racers at this step", COLUMNS, RACERS.length),
  };
  const raced = remembered(act.course.bound);
  const root = arrange(parts);
  const draw = () => {
    const now = act.state();
    const runs = raced(now);
    const found = runs.map((one) => shownAt(now.surface, one, now.step));
    parts.surface.update(now.surface);
    text(parts.formula, act.course.surfaces[now.surface].formula);
    parts.rates.update(now);
    parts.transport.update(now);
    parts.picture.update(now, runs);
    parts.losses.update(now, runs, { width: Math.max(parts.losses.node.clientWidth, 200), height: 190 });
    fill(parts.table, found);
    text(parts.words.notice, noticed(now, act.course));
    text(parts.words.limit, limit(now, found));
    parts.announce.say(standing(now, found));
  };
  el.replaceChildren(root);
  attr(root, "data-agrees", String(agrees(act.course, act.reference)));
  draw();
  const stop = follow(model, root, TRAITS, draw);
  return () => {
    player.stop();
    stop();
    parts.announce.stop();
  };
}

export default { render };
