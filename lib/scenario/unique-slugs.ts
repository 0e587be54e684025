/**
 * Names in the form of ids and file names, `[a-z0-9_-]+`, each only once: what becomes equal in that form ("Web" and "web") or is
 * given twice is numbered from 2, in the order given.
 */
export function uniqueSlugs(names: readonly string[]): string[] {
  const plain = names.map((name) => name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-'));
  const used = new Set<string>();
  return plain.map((slug, index) => {
    let unique = slug;
    // A numbered name must not take the one that another has by itself.
    for (let number = 2; used.has(unique) || (unique !== slug && plain.includes(unique, index + 1)); number += 1) unique = `${slug}-${number}`;
    used.add(unique);
    return unique;
  });
}
