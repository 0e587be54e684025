/** Bytes as a view, whose reading and writing compile to a few instructions; those of a Buffer run through layers of JavaScript. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
