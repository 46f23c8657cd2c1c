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
  const r = Math.sqrt(33 * Math.LN2 - logarithmOfInteger(odd)) - 1.6;
  const tail = tailNumerator(r) / tailDenominator(r);
  return centred < 0 ? -tail : tail;
}

/**
 * ln(n) of an integer in [1, 2^31), from n = 2^e * m and ln(m) = 2 artanh((m - 1) / (m + 1)) with m in [1/sqrt 2, sqrt
 * 2].
 */
function logarithmOfInteger(n: number): number {
  let exponent = 31 - Math.clz32(n);
  let mantissa = n / 2 ** exponent;
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  let sum = 1 / 21;
  for (let odd = 19; odd >= 1; odd -= 2) sum = sum * q + 1 / odd;
  return exponent * Math.LN2 + 2 * s * sum;
}

function centralNumerator(r: number): number {
  let sum = 2509.0809287301227 * r + 33430.57558358813;
  sum = sum * r + 67265.7709270087;
  sum = sum * r + 45921.95393154987;
  sum = sum * r + 13731.69376550946;
  sum = sum * r + 1971.5909503065513;
  sum = sum * r + 133.14166789178438;
  return sum * r + 3.3871328727963665;
}

function centralDenominator(r: number): number {
  let sum = 5226.495278852854 * r + 28729.085735721943;
  sum = sum * r + 39307.89580009271;
  sum = sum * r + 21213.794301586597;
  sum = sum * r + 5394.196021424751;
  sum = sum * r + 687.1870074920579;
  sum = sum * r + 42.31333070160091;
  return sum * r + 1;
}

function tailNumerator(r: number): number {
  let sum = 0.0007745450142783414 * r + 0.022723844989269184;
  sum = sum * r + 0.2417807251774506;
  sum = sum * r + 1.2704582524523684;
  sum = sum * r + 3.6478483247632045;
  sum = sum * r + 5.769497221460691;
  sum = sum * r + 4.630337846156546;
  return sum * r + 1.4234371107496835;
}

function tailDenominator(r: number): number {
  let sum = 1.0507500716444169e-9 * r + 0.0005475938084995345;
  sum = sum * r + 0.015198666563616457;
  sum = sum * r + 0.14810397642748008;
  sum = sum * r + 0.6897673349851;
  sum = sum * r + 1.6763848301838038;
  sum = sum * r + 2.053191626637759;
  return sum * r + 1;
}
