// The race of the optimizer lab: surfaces, and the updates as torch.optim writes them.

const RACERS = [
  { key: "sgd", name: "SGD" },
  { key: "momentum", name: "momentum" },
  { key: "adam", name: "Adam" },
];
const [BETA_1, BETA_2, EPS] = [0.9, 0.999, 1e-8];
const [BESIDE, SAME] = [1e-12, 1e-7];

// Each loss of two parameters with its gradient, and its second derivatives [∂₁₁, ∂₁₂, ∂₂₂].
// The line of one loss lies above some spans of w₁, at a middle plus and minus a half.
const SURFACES = {
  valley: {
    loss: ([a, b]) => (a * a + 25 * (b * b)) / 2,
    gradient: ([a, b]) => [a, 25 * b],
    curvature: () => [1, 0, 25],
    spans: (level) => [[-Math.sqrt(2 * level), Math.sqrt(2 * level)]],
    halves: (level, a) => [0, (level - (a * a) / 2) / 12.5],
  },
  saddle: {
    loss: ([a, b]) => (a * a - 1) ** 2 / 4 + (b * b) / 2,
    gradient: ([a, b]) => [(a * a - 1) * a, b],
    curvature: ([a]) => [3 * a * a - 1, 0, 1],
    spans: (level) => {
      const [outer, inner] = [Math.sqrt(1 + 2 * Math.sqrt(level)), Math.sqrt(Math.max(0, 1 - 2 * Math.sqrt(level)))];
      return inner ? [[-outer, -inner], [inner, outer]] : [[-outer, outer]];
    },
    halves: (level, a) => [0, 2 * (level - (a * a - 1) ** 2 / 4)],
  },
  rosenbrock: {
    loss: ([a, b]) => (1 - a) ** 2 + 100 * (b - a * a) ** 2,
    gradient: ([a, b]) => [-2 * (1 - a) - 400 * (b - a * a) * a, 200 * (b - a * a)],
    curvature: ([a, b]) => [2 + 1200 * a * a - 400 * b, -400 * a, 200],
    spans: (level) => [[1 - Math.sqrt(level), 1 + Math.sqrt(level)]],
    halves: (level, a) => [a * a, (level - (1 - a) ** 2) / 100],
  },
};
// The largest eigenvalue of a symmetric matrix of two rows.
const steepest = ([p, q, r]) => (p + r) / 2 + Math.hypot((p - r) / 2, q);

// Without momentum the buffer is the gradient. There is no dampening: the first gradient counts
// in full, and the buffer can grow to 1 / (1 − momentum) gradients.
const sgd = (lr, momentum) => {
  let buffer = [0, 0];
  return (w, g) => {
    buffer = buffer.map((one, i) => momentum * one + g[i]);
    return w.map((one, i) => one - lr * buffer[i]);
  };
};
const adam = (lr) => {
  let [mean, square, t] = [[0, 0], [0, 0], 0];
  return (w, g) => {
    t += 1;
    mean = mean.map((one, i) => one + (1 - BETA_1) * (g[i] - one));
    square = square.map((one, i) => BETA_2 * one + (1 - BETA_2) * g[i] * g[i]);
    const [pace, root] = [lr / (1 - BETA_1 ** t), Math.sqrt(1 - BETA_2 ** t)];
    return w.map((one, i) => one - (pace * mean[i]) / (Math.sqrt(square[i]) / root + EPS));
  };
};

// What one racer does: the places before the first step and after each step. It stops where it
// has diverged: where a coordinate is beyond the bound, or not a number.
const run = ({ gradient, loss }, start, steps, bound, update, pushed = (w) => w) => {
  const places = [start];
  let diverged = null;
  for (let step = 0; step <= steps; step++) {
    const w = places[step];
    if (!w.every((one) => Math.abs(one) <= bound)) {
      diverged = step;
      break;
    }
    if (step < steps) places.push(pushed(update(w, gradient(w)), step));
  }
  return { places, losses: places.map(loss), diverged };
};

// A twin of a racer is pushed by 1e-12 of its place in each step. Where the two are far apart, the
// place depends on how numbers are rounded, and no two machines need to agree.
const push = (w, step) => w.map((one, i) => one * (1 + (step % (i + 2) ? BESIDE : -BESIDE)));
const parting = ({ places }, twin) => {
  const far = (one, other) => !(Math.abs(one - other) <= SAME * Math.max(1, Math.abs(one)));
  const found = places.findIndex((place, k) => place.some((one, j) => Number.isFinite(one) && far(one, twin.places[k]?.[j])));
  return found < 0 ? null : found;
};

const race = ({ surface, start, lr, momentum, steps }, bound) => {
  const own = SURFACES[surface];
  const makers = [() => sgd(lr[0], 0), () => sgd(lr[1], momentum), () => adam(lr[2])];
  return makers.map((make) => {
    const racer = run(own, start, steps, bound, make());
    return { ...racer, chaotic: parting(racer, run(own, start, steps, bound, make(), push)) };
  });
};

// What a racer shows at a step: where it is, or where it has diverged before.
const shownAt = (surface, { places, losses, diverged, chaotic }, step) => {
  const at = Math.min(step, places.length - 1);
  const [place, before] = [places[at], places[at - 1]];
  return {
    place, loss: losses[at], norm: Math.hypot(...SURFACES[surface].gradient(place)),
    move: before ? place.map((one, i) => one - before[i]) : null,
    diverged: at === diverged ? at : null, chaotic: chaotic !== null && chaotic <= at ? chaotic : null,
    curvature: steepest(SURFACES[surface].curvature(place)),
  };
};

const agrees = ({ bound }, { runs, ...settings }) =>
  race(settings, bound).every(({ places, diverged, chaotic }, i) => {
    const theirs = runs[RACERS[i].key];
    const sure = theirs.places.filter((_, k) => chaotic === null || k * theirs.every < chaotic);
    const same = sure.every((place, k) => place.every((one, j) => near(places[k * theirs.every][j], Number(one))));
    return same && (chaotic !== null || diverged === theirs.diverged);
  });

// Three digits, with a power of ten where a number is very small or large.
const short = (number) => {
  if (!Number.isFinite(number)) return String(number).replace("Infinity", "inf").replace("NaN", "nan").replace("-", "\u2212");
  const size = Math.abs(number);
  const words = size === 0 ? "0" : size < 1e-3 || size >= 1e4 ? number.toExponential(2) : number.toPrecision(size >= 1e3 ? 4 : 3);
  return words.replaceAll("-", "\u2212").replace("e+", "e");
};
