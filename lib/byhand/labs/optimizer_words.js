// What the optimizer lab says: experiments, what to notice in each, and where things stand.

// Each changes the settings of a surface; `notice` is shown as long as they stay.
const EXPERIMENTS = [
  { label: null, surface: "valley",
    notice: "SGD falls to the floor of the valley at once, and then crawls along it. Momentum, with the same lr, runs past the minimum and swings back, and is still faster." },
  { label: null, surface: "saddle",
    notice: "The start is almost on the ridge, where the gradient along w₁ is nearly zero. Adam divides by the size of its gradients, and leaves first. SGD leaves last." },
  { label: null, surface: "rosenbrock",
    notice: "All three fall to the floor of the bent valley within a few steps. Then they follow the floor to the minimum at (1, 1), and this takes long." },
  { label: "SGD: lr = 1/λ", surface: "valley", lr: [0.04, 0.02, 0.2],
    notice: "lr = 1/25 takes w₂ to 0 in one step. But w₁ keeps 96 % of its distance in each step: SGD crawls along the flat direction." },
  { label: "SGD: just below 2/λ", surface: "valley", lr: [0.079, 0.02, 0.2],
    notice: "Each step multiplies w₂ by 1 − 25 · 0.079 = −0.975. It jumps from one wall to the other, and only just shrinks." },
  { label: "SGD: just above 2/λ", surface: "valley", lr: [0.081, 0.02, 0.2],
    notice: "Each step multiplies w₂ by 1 − 25 · 0.081 = −1.025. The jumps grow, and SGD diverges, although w₁ still goes to 0." },
  { label: "SGD: best lr", surface: "valley", lr: [0.077, 0.02, 0.2],
    notice: "lr = 0.077 is about 2/(1 + 25): it multiplies w₁ by 0.923 and w₂ by −0.925. A smaller lr slows w₁, a larger one slows w₂. Now SGD beats momentum 0.9." },
  { label: "A better momentum", surface: "valley", lr: [0.077, 0.11, 0.2], momentum: 0.44,
    notice: "With momentum 0.44 the learning rate can be 0.11, which is above 2/λ. This is close to the best for the curvatures 1 and 25, and far ahead of the best SGD." },
  { label: "Adam: first step", surface: "valley", lr: [0.02, 0.02, 0.5], step: 1,
    notice: "The gradient at the start is (−2.5, 37.5). Adam\u2019s first step moves both coordinates by lr = 0.5: only the signs of the gradient count." },
  { label: "On the ridge", surface: "saddle", start: [0, 1.2],
    notice: "At w₁ = 0 the gradient along w₁ is exactly 0. No optimizer leaves the ridge, and all three stop at the saddle, where L = 0.25." },
];

const settingsOf = ({ surface, start, lr, momentum = 0.9 }, { surfaces }) =>
  ({ surface, start: start ?? surfaces[surface].start, lr: lr ?? surfaces[surface].lr, momentum });

// Whether the present settings are those of an experiment; the step may be any.
const isOn = (experiment, now, course) =>
  Object.entries(settingsOf(experiment, course)).every(([name, value]) => JSON.stringify(now[name]) === JSON.stringify(value));

const noticed = (now, course) => EXPERIMENTS.find((one) => isOn(one, now, course))?.notice ?? "";

// The largest stable learning rate, where SGD stands; or who is chaotic.
const limit = ({ lr }, found) => {
  const wild = found.findIndex(({ chaotic }) => chaotic !== null);
  if (wild >= 0)
    return `${RACERS[wild].name[0].toUpperCase()}${RACERS[wild].name.slice(1)} is chaotic from step ${found[wild].chaotic} on: a push of 1e\u221212 leads it elsewhere. Rounding decides where.`;
  const [{ curvature, diverged }] = found;
  if (diverged !== null) return `SGD has diverged: after step ${diverged} one of its coordinates was beyond ±100.`;
  const most = 2 / curvature;
  return `Where SGD is now, the largest curvature is λ = ${written(curvature, 3)}, and 2/λ = ${written(most, 3)}. Its lr, ${written(lr[0])}, is ${lr[0] < most ? "below" : lr[0] > most ? "above" : "exactly at"} that.`;
};

const standing = ({ step }, found) =>
  `Step ${step}: ${found.map(({ loss, diverged }, i) => `${RACERS[i].name} ${diverged === null ? `loss ${short(loss)}` : `diverged at step ${diverged}`}`).join(", ")}.`;
