import type { AdapterFault } from './hypervisor.ts';

/** An error of an adapter: what went wrong, who is to blame, what it means and what to do about it. */
export class AdapterError extends Error {
  override name = 'AdapterError';
  readonly fault: AdapterFault;

  constructor(fault: AdapterFault, options?: ErrorOptions) {
    super(`${fault.message} ${fault.impact} ${fault.remedy}`.trim(), options);
    this.fault = fault;
  }
}
