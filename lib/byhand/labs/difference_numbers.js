// What the difference lab shows, from the gradients that PyTorch computed.

const TYPES = ["float64", "float32"];
const GRADCHECK = { step: 24, atol: 1e-5, rtol: 1e-3 }; // the position of 1e-6

// Numeric gradients are stored for grad_output 1. Times 2 is exact in floating point.
const compute = ({ curves, function: name, backward, scheme, grad_output: g, step }) => {
  const operation = curves.operations[name];
  const way = operation.backwards.find(({ key }) => key === backward);
  const types = TYPES.map((type) => {
    const analytic = way.analytic[type][g - 1];
    const all = operation.numeric[type][scheme].map((slope) => g * slope);
    const differences = all.map((slope) => Math.abs(slope - analytic));
    const rounding = g * operation.rounding[type];
    return { type, analytic, numeric: all[step], difference: differences[step], differences, rounding, least: Math.min(...differences) };
  });
  const checked = g * operation.numeric.float64.central[GRADCHECK.step];
  const limit = GRADCHECK.atol + GRADCHECK.rtol * Math.abs(checked);
  const gap = Math.abs(checked - types[0].analytic);
  return { operation, way, types, limit, gap, objection: way.objection[g - 1], truncation: g * operation.truncation[scheme] };
};

// A power of ten with one digit or more in front of it: 5.62e−7.
const scientific = (number, digits = 2) =>
  number === 0 ? "0" : number.toExponential(digits).replace(/\.?0+e/, "e").replace("e+", "e").replace(/e0$/, "").replaceAll("-", "\u2212");

// The same where that is shorter to read: 54.8, not 5.48e1.
const sized = (number, digits = 2) =>
  number >= 0.01 && number < 1000 ? written(number, digits + 1) : scientific(number, digits);

// Why gradcheck accepts a backward, or not.
const reasons = ({ way, objection, gap, limit }) => {
  const at = `With its own step, 1e\u22126 to both sides in float64, the difference is ${sized(gap, 1)}. Allowed is ${sized(limit, 1)}.`;
  if (!objection) return way.idea ? `${at} A mistake as small as this passes.` : at;
  if (gap <= limit) return `${at} But it also calls backward with grad_output = 0, and wants 0 back: \u201c${objection}\u201d.`;
  return at;
};
// What the shape of the points says.
const shape = ({ way, types: [double, single] }, { grad_output: g }) => {
  if (!way.idea) return `The points make a U: on the left the error of rounding, on the right that of the method. The best step leaves ${sized(double.least, 1)} in float64, and ${sized(single.least, 1)} in float32.`;
  if (way.key === "ignored" && g === 1) return "The points make a U, as for the right backward: while grad_output is 1, no step shows that it is ignored.";
  return `The points have a floor at ${sized(double.least)}: no step brings the difference below it.`;
};
