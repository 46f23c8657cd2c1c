/**
 * The standard normal deviate of a uniform 32-bit word: the quantile of `(word + 1/2) / 2^32`, so |result| < 6.4.
 *
 * Algorithm AS 241, PPND16 (M. J. Wichura, Applied Statistics 37, 1988), relative error about 1e-16. It uses additions,
 * multiplications, divisions and square roots only, which IEEE 754 specifies exactly, and its own logarithm, because
 * `Math.log` and `Math.cos` may differ between engines: the result is the same bits everywhere.
 */
export function inverseNormal(word: number): number {
  const centred = (word - 2147483647.5) / 4294967296; // probability - 1/2, exactly
  if (centred >= -0.425 && centred <= 0.425) {
    const r = 0.180625 - centred * centred;
    return (centred * centralNumerator(r)) / centralDenominator(r);
  }
  // The tail probability is odd / 2^33 with odd below 2^31, hence a logarithm of small integers suffices.
  const odd = centred < 0 ? 2 * word + 1 : 2 * (4294967295 - word) + 1;
  const r = Math.sqrt(33 * LN_2 - logarithmOfInteger(odd)) - 1.6;
  const tail = tailNumerator(r) / tailDenominator(r);
  return centred < 0 ? -tail : tail;
}

const LN_2 = 0.6931471805599453;
const SQRT_2 = 1.4142135623730951;

/** ln(n) of an integer in [1, 2^31), from n = 2^e * m and ln(m) = 2 artanh((m - 1) / (m + 1)) with m in [1/sqrt 2, sqrt 2]. */
function logarithmOfInteger(n: number): number {
  let exponent = 31 - Math.clz32(n);
  let mantissa = n / 2 ** exponent;
  if (mantissa > SQRT_2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  let sum = 1 / 21;
  for (let odd = 19; odd >= 1; odd -= 2) sum = sum * q + 1 / odd;
  return exponent * LN_2 + 2 * s * sum;
}

function centralNumerator(r: number): number {
  let sum = 2509.0809287301226727 * r + 33430.575583588128105;
  sum = sum * r + 67265.770927008700853;
  sum = sum * r + 45921.953931549871457;
  sum = sum * r + 13731.693765509461125;
  sum = sum * r + 1971.5909503065514427;
  sum = sum * r + 133.14166789178437745;
  return sum * r + 3.387132872796366608;
}

function centralDenominator(r: number): number {
  let sum = 5226.495278852854561 * r + 28729.085735721942674;
  sum = sum * r + 39307.89580009271061;
  sum = sum * r + 21213.794301586595867;
  sum = sum * r + 5394.1960214247511077;
  sum = sum * r + 687.1870074920579083;
  sum = sum * r + 42.313330701600911252;
  return sum * r + 1;
}

function tailNumerator(r: number): number {
  let sum = 7.7454501427834140764e-4 * r + 0.0227238449892691845833;
  sum = sum * r + 0.24178072517745061177;
  sum = sum * r + 1.27045825245236838258;
  sum = sum * r + 3.64784832476320460504;
  sum = sum * r + 5.7694972214606914055;
  sum = sum * r + 4.6303378461565452959;
  return sum * r + 1.42343711074968357734;
}

function tailDenominator(r: number): number {
  let sum = 1.05075007164441684324e-9 * r + 5.475938084995344946e-4;
  sum = sum * r + 0.0151986665636164571966;
  sum = sum * r + 0.14810397642748007459;
  sum = sum * r + 0.68976733498510000455;
  sum = sum * r + 1.6763848301838038494;
  sum = sum * r + 2.05319162663775882187;
  return sum * r + 1;
}
