// What the CNN lab says about a number: where it comes from, and what its gradient means.

const COLOURS = ["red", "green", "blue"];
const span = (from, to) => (from === to ? String(from) : `${from} to ${to}`);

// The part of the layer before that a number is made of: its cells among those shown, and words.
const originOf = (at, cell, layers, ways) => {
  const [channel, row, column] = cell;
  const { kind, shown, shape } = layers[at];
  const before = layers[at - 1];
  if (kind === "input") return { part: [row, column, 1, 1] };
  const [, rows, columns] = before.shown;
  if (kind === "conv") {
    const [top, left] = [Math.max(0, row - PADDING), Math.max(0, column - PADDING)];
    const [bottom, right] = [Math.min(rows - 1, row + PADDING), Math.min(columns - 1, column + PADDING)];
    return { channel, part: [top, left, bottom - top + 1, right - left + 1], rows: [top, bottom], columns: [left, right] };
  }
  if (kind === "pool") {
    const size = shown[1];
    const route = ways[(at - 3) / 3][(channel * size + row) * size + column];
    const winner = [2 * row + (route >> 1), 2 * column + (route & 1)];
    return { channel, part: [2 * row, 2 * column, 2, 2], winner };
  }
  if (kind === "flatten") return { channel: row, part: [Math.floor(column / 4), column % 4, 1, 1] };
  if (kind === "linear") return { channel: 0, part: [0, 0, rows, columns] };
  return { channel, part: [row, column, 1, 1], same: shape };
};

const sourceWords = (at, cell, network, { forth, ways }) => {
  const { layers, mean, std } = network;
  const { kind } = layers[at];
  const [channel, row, column] = cell;
  const origin = originOf(at, cell, layers, ways);
  if (kind === "input") {
    const x = forth[0].numbers[placeOf(cell, layers[0].shown)];
    const pixel = Math.round(x * std[channel] + mean[channel]);
    return `The ${COLOURS[channel]} of the pixel, ${pixel} of 255, normalised: (${pixel} \u2212 ${written(mean[channel])}) / ${written(std[channel])}.`;
  }
  const before = layers[at - 1];
  const passes = forth[at].numbers[placeOf(cell, layers[at].shown)] > 0;
  if (kind === "conv")
    return `A weighted sum of rows ${span(...origin.rows)}, columns ${span(...origin.columns)} in all ${before.shape[0]} channels of ${before.name}, and a bias.`;
  if (kind === "pool")
    return `The largest of four numbers of ${before.name}, at [${[channel, ...origin.winner].join(", ")}]. Only that one gets the gradient.`;
  if (kind === "flatten") return `The same number as in ${before.name} at [${[row, ...origin.part.slice(0, 2)].join(", ")}].`;
  if (kind === "linear") return `A weighted sum of all ${before.shape[0].toLocaleString("en")} numbers of ${before.name}, and a bias.`;
  return passes ? `${before.name} is positive here: the number passes, and so does the gradient.` : `${before.name} is negative here: the output is 0, and the gradient stops.`;
};

// What the gradient means; an exact zero has a reason in the layers behind.
const slopeWords = (at, layers, value, gradient, step) => {
  if (gradient === 0 && step === 0) {
    const [next, after] = [layers[at + 1], layers[at + 2]];
    if (next.kind === "relu" && value < 0) return `${next.name} makes it 0, so no gradient comes back.`;
    const pool = [next, after].find(({ kind }) => kind === "pool");
    return pool ? `${pool.name} kept another number of its window, so no gradient comes back.` : "A small change of this number does not change the loss.";
  }
  if (Math.abs(gradient) <= step / 2) return "The gradient is too small for its sign to be known here.";
  return `If this number grows a little, the loss ${gradient < 0 ? "falls" : "grows"}.`;
};

const endWords = ({ p, loss }, label, classes) =>
  `The image shows ${classes[label]}: y is 1 there and 0 elsewhere. The loss is −ln ${written(p[label], 3)} = ${written(loss, 3)}, and its gradient for the logits is p − y. From here it goes back through all layers: press “Previous”.`;

const shapeWords = ({ shape }) => shape.join(" × ");
const countWords = ({ shape, shown }) =>
  shape.length === 3 ? `${shown[0] === shape[0] ? "all" : `${shown[0]} of`} ${shape[0]} channels` : `${shown[1] * shown[2] === shape[0] ? "all" : `${shown[1] * shown[2]} of`} ${shape[0].toLocaleString("en")} numbers`;
