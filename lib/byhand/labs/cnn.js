// The CNN lab: an image goes through the layers, its gradient comes back, the training is replayed.

const TRAITS = ["image", "snapshot", "layer", "cell"];
const THEMES = { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light", "data-vscode-theme-kind"] };

const actionsOf = (model, { layers, steps }) => {
  const state = () => Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const set = (changes) => {
    Object.entries(changes).forEach(([name, value]) => model.set(name, value));
    model.save_changes();
  };
  // The cell keeps its place in the picture when the maps become smaller.
  const to = (at) => {
    const next = clamp(at, 0, layers.length - 1);
    const { layer, cell } = state();
    const [from, into] = [layers[layer], layers[next]];
    const fits = from.shape.length === into.shape.length;
    const moved = into.shown.map((size, k) => (fits && k ? Math.floor(((cell[k] + 0.5) * size) / from.shown[k]) : Math.min(k ? 0 : cell[k], size - 1)));
    set({ layer: next, cell: moved });
  };
  const go = (cell) => {
    const { shown } = layers[model.get("layer")];
    set({ cell: cell.map((one, k) => clamp(one, 0, shown[k] - 1)) });
  };
  return { state, set, to, go, layer: () => layers[model.get("layer")], replay: (at) => set({ snapshot: clamp(at, 0, steps.length - 1) }) };
};

// Radio buttons with content of their own.
const radios = (legend, name, contents, onChange) => {
  const inputs = contents.map(([label, ...content], value) => {
    const input = html("input", { type: "radio", name, value, "aria-label": label });
    input.addEventListener("change", () => onChange(value));
    return [input, html("label", {}, input, html("span", { "aria-hidden": "true" }, ...content))];
  });
  const node = html("fieldset", { class: `bh-radios bh-${name}` }, html("legend", {}, legend), html("div", {}, ...inputs.map(([, label]) => label)));
  const update = (value) => inputs.forEach(([input], k) => (input.checked = k === value));
  return { node, update };
};

const imagePicker = (act, walks, classes) => {
  const photos = walks.labels.map((_, image) => {
    const one = photo();
    one.draw(walks.picture(image));
    return one.node;
  });
  return radios("image", "image", photos.map((node, k) => [`image ${k + 1}: ${classes[walks.labels[k]]}`, node]), (image) => act.set({ image }));
};

const networkMap = (act, layers) => {
  const stops = radios("layer", "layer", layers.map((layer) =>
    [`${layer.name}, ${shapeWords(layer)}`, html("b", {}, layer.name), html("small", {}, layer.shape.join("×"))]), act.to);
  const previous = press("◀ Previous", () => act.to(act.state().layer - 1)), next = press("Next ▶", () => act.to(act.state().layer + 1));
  const update = ({ layer }) => {
    stops.update(layer);
    previous.update(layer > 0);
    next.update(layer < layers.length - 1);
  };
  return { node: stops.node, buttons: buttons("Walk through the layers", previous.node, next.node), update };
};

// The filters of the first layer: for each channel that is shown, one map for each colour.
const filterRow = (count) => {
  const groups = Array.from({ length: count }, () => COLOURS.map(() => heat("value")));
  const nodes = groups.map((maps) => html("span", { class: "bh-filter" }, ...maps.map(({ node }) => node)));
  const row = html("div", { class: "bh-filters", role: "img" }, ...nodes);
  const node = html("div", { class: "bh-first" }, title("Filters of conv 1: red, green, blue"), row);
  const update = (filters, { layer, cell }, step, colour) => {
    const top = largest(filters);
    groups.forEach((maps, k) => {
      attr(nodes[k], "data-chosen", layer >= 1 && layer <= 3 && cell[0] === k ? "" : null);
      maps.forEach((map, c) => map.draw(filters.subarray((3 * k + c) * 25, (3 * k + c + 1) * 25), [KERNEL, KERNEL], top, colour));
    });
    attr(row, "aria-label", `Filters after step ${step}, 5 × 5 each, ${ranging(filters)}`);
  };
  return { node, update };
};

// The two colours as they are now, which depend on the theme.
const coloursOf = (root) => {
  const style = getComputedStyle(root);
  return ["--bh-value", "--bh-gradient"].map((name) => [1, 3, 5].map((k) => parseInt(style.getPropertyValue(name).trim().slice(k, k + 2), 16)));
};

// Computes all walks while the page has nothing else to do, so that a choice is shown at once.
const prepared = (walks, snapshots) => {
  const pairs = Array.from({ length: walks.images * snapshots }, (_, k) => [k % walks.images, Math.floor(k / walks.images)]);
  let timer;
  const next = () => {
    if (!pairs.length) return;
    walks.walk(...pairs.pop());
    timer = setTimeout(next, 30);
  };
  timer = setTimeout(next, 200);
  return () => clearTimeout(timer);
};

const arrange = ({ picker, replay, standing, filters, map, strips, panels, table, answer, announce }) =>
  frame("bh-cnn", "Lab: walk through the layers of a CNN",
    html("div", { class: "bh-top" }, picker.node, html("div", { class: "bh-replay" }, replay.node, standing), filters.node),
    html("div", {}, html("div", { class: "bh-headed" }, title("Layers"), map.buttons), map.node),
    html("div", { class: "bh-stage" },
      html("div", { class: "bh-views" }, ...strips.map((one) => one.node), panels.node, answer.node),
      html("div", { class: "bh-end" }, table.node, html("div", { class: "bh-answer" }, answer.end))),
    announce.node);

function render({ model, el }) {
  const network = model.get("network");
  const walks = walker(network, model.get("stored"));
  const { layers, classes, labels, steps } = network;
  const act = actionsOf(model, network);
  const answer = { index: html("b"), value: html("b", { class: "bh-value" }), gradient: html("b", { class: "bh-gradient" }), source: html("p"), slope: html("p"), end: html("p") };
  answer.reading = html("div", { class: "bh-reading bh-number" }, html("p", {}, answer.index), html("p", {}, "value ", answer.value), html("p", {}, "gradient ", answer.gradient));
  answer.node = html("div", { class: "bh-answer" }, answer.source, answer.slope);
  const parts = {
    act, answer, announce: announcer(), picker: imagePicker(act, walks, classes), standing: html("p", { class: "bh-standing" }),
    replay: dial("snapshot", ["", "training step"], { min: 0, max: steps.length - 1, step: 1 }, (value) => act.replay(steps.indexOf(value)), (value) => steps.indexOf(value), (place) => steps[place]),
    filters: filterRow(layers[1].shown[0]), map: networkMap(act, layers), strips: [strip("value", act, layers[1].shown[0]), strip("gradient", act, layers[1].shown[0])],
    panels: threePanels(act, answer.reading), table: classTable(classes),
  };
  const root = arrange(parts);
  const draw = () => {
    const now = act.state();
    const layer = layers[now.layer], label = labels[now.image], colours = coloursOf(root);
    const walk = walks.walk(now.image, now.snapshot);
    const [forth, back] = [walk.forth[now.layer], walk.back[now.layer]];
    const place = placeOf(now.cell, layer.shown);
    const [value, gradient] = [forth, back].map(({ numbers, steps: sizes }) => truly(numbers[place], sizes[place]));
    const words = `${layer.name} ${indexOf(now.cell, layer)}: value ${value}, gradient ${gradient}`;
    const tops = [largest(forth.numbers), largest(back.numbers)];
    parts.picker.update(now.image);
    parts.replay.update(steps[now.snapshot]);
    const guess = walk.p.indexOf(Math.max(...walk.p));
    text(parts.standing, `loss ${written(walk.loss, 3)}, p(${classes[label]}) = ${fixed(walk.p[label], 3)}${guess === label ? "" : `, but the network says ${classes[guess]}`}`);
    parts.filters.update(walks.filtersOf(now.snapshot), now, steps[now.snapshot], colours[0]);
    parts.map.update(now);
    const end = now.layer === layers.length - 1;
    attr(root, "data-end", end ? "" : null);
    if (end) {
      parts.table.update(walk, label);
      text(answer.end, endWords(walk, label, classes));
    } else {
      parts.strips[0].update(forth, layer, now.cell, `Values: ${countWords(layer)}`, tops[0], colours[0]);
      parts.strips[1].update(back, layer, now.cell, "Gradients of the loss", tops[1], colours[1]);
      parts.panels.update(now, walk, network, walks, tops, colours, words);
      text(answer.index, `${layer.name} ${indexOf(now.cell, layer)}`);
      [["value", value, forth], ["gradient", gradient, back]].forEach(([name, one, { numbers, steps: sizes }]) => {
        text(answer[name], one);
        attrs(answer[name], { "data-value": numbers[place], "data-step": sizes[place] });
      });
      text(answer.source, sourceWords(now.layer, now.cell, network, walk));
      text(answer.slope, slopeWords(now.layer, layers, forth.numbers[place], back.numbers[place], back.steps[place]));
    }
    parts.announce.say(end ? `${layer.name}: loss ${written(walk.loss, 3)}` : words);
  };
  el.replaceChildren(root);
  draw();
  const stop = follow(model, root, TRAITS, draw);
  const ahead = prepared(walks, steps.length);
  const themes = new MutationObserver(draw);
  [document.documentElement, document.body].forEach((one) => themes.observe(one, THEMES));
  return () => {
    themes.disconnect();
    ahead();
    stop();
    parts.announce.stop();
  };
}

export default { render };
