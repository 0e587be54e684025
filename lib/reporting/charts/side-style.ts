/** Symbol and colour of a side: told apart by shape alone, by lightness alone, and by colour-blind readers (Okabe and Ito's colours). */
export interface SideStyle {
  symbol: 'circle' | 'square' | 'triangle' | 'diamond';
  fill: string;
}

const styles: readonly SideStyle[] = [
  { symbol: 'circle', fill: '#00507d' },
  { symbol: 'square', fill: '#f0b429' },
  { symbol: 'triangle', fill: '#7a1f3d' },
  { symbol: 'diamond', fill: '#9ccbe8' },
];

const usual: SideStyle = { symbol: 'circle', fill: '#555' };

/** The style of the side with this index; from the fifth on they come again. */
export function sideStyle(index: number): SideStyle {
  return styles[index % styles.length] ?? usual;
}
