// The chosen channel, large: what it comes from, its values, its gradients.

const NOTHING = new Float64Array(1024);

// The chosen cell, moved by keys.
const cursor = (act) => {
  const frame = outline("bh-cursor");
  attrs(frame.node, { role: "slider", tabindex: 0, "aria-roledescription": "cell of a map", "aria-label": "chosen number", "aria-valuemin": 0 });
  const ways = { ArrowLeft: [0, 0, -1], ArrowRight: [0, 0, 1], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0], PageUp: [-1, 0, 0], PageDown: [1, 0, 0] };
  frame.node.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act.go(act.state().cell.map((one, k) => one + way[k] * (event.shiftKey ? 4 : 1)));
  });
  const update = (cell, { shown }, words) => {
    frame.update([cell[1], cell[2], 1, 1], shown.slice(1));
    attrs(frame.node, { "aria-valuemax": shown[0] * shown[1] * shown[2] - 1, "aria-valuenow": placeOf(cell, shown), "aria-valuetext": words });
  };
  return { node: frame.node, update };
};

const named = (words, { shape }, channel) => (shape.length === 3 && channel !== null ? `${words} [${channel}]` : words);
const threePanels = (act, reading) => {
  const pick = (row, column) => act.go([act.state().cell[0], row, column]);
  const region = outline(), winner = outline("bh-winner"), chosen = cursor(act), echo = outline();
  const from = panel("value", null, region, winner), value = panel("value", pick, chosen), gradient = panel("gradient", pick, echo);
  const own = photo();
  from.map.node.prepend(own.node);
  const part = ({ numbers }, { shown }, channel) => numbers.subarray(channel * shown[1] * shown[2], (channel + 1) * shown[1] * shown[2]);
  const update = (now, walk, network, walks, tops, colours, words) => {
    const { layers } = network;
    const [at, cell] = [now.layer, now.cell];
    const layer = layers[at], sizes = layer.shown.slice(1);
    const origin = originOf(at, cell, layers, walk.ways);
    const colourful = at < 2;
    attr(own.node, "hidden", colourful ? null : "");
    const before = layers[Math.max(0, at - 1)];
    const rowsAndColumns = before.shown.slice(1);
    if (colourful) own.draw(walks.picture(now.image));
    const source = walk.forth[Math.max(0, at - 1)];
    const numbers = part(source, before, origin.channel ?? 0);
    from.update(colourful ? NOTHING : numbers, rowsAndColumns, at ? named(`from ${before.name}`, before, colourful ? null : origin.channel) : "image", largest(source.numbers), colours[0]);
    region.update(origin.part, rowsAndColumns);
    winner.update(origin.winner ? [...origin.winner, 1, 1] : null, rowsAndColumns);
    value.update(part(walk.forth[at], layer, cell[0]), sizes, named("value", layer, cell[0]), tops[0], colours[0]);
    gradient.update(part(walk.back[at], layer, cell[0]), sizes, named("gradient", layer, cell[0]), tops[1], colours[1]);
    chosen.update(cell, layer, words);
    echo.update([cell[1], cell[2], 1, 1], sizes);
  };
  return { node: html("div", { class: "bh-three" }, from.node, value.node, gradient.node, reading), update };
};
