/**
 * How low a probability must be to be called found among several that are looked at together, when at most the share `rate` of what is
 * called found may be false (Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995, 289-300). Where nothing is
 * there, that share of all looks finds something. Holds for probabilities that do not depend on each other or rise together
 * (Benjamini and Yekutieli 2001). Zero: nothing is found.
 */
export function discoveryThreshold(probabilities: readonly number[], rate: number): number {
  const found = probabilities.toSorted((a, b) => a - b).findLastIndex((p, rank) => p <= (rate * (rank + 1)) / probabilities.length) + 1;
  return (rate * found) / Math.max(1, probabilities.length);
}
