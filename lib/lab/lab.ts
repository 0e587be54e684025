export { clientCommandPrefix, labClientEnvironment } from './host/client.ts';
export { labUp } from './host/up.ts';
export { findWorld } from './host/world-record.ts';
