/** A failure with what it means and what to do. `cluster`: the target failed; `tool`: we did, so nothing is proven. */
export interface AdapterFault {
  message: string;
  blame: 'cluster' | 'tool' | 'unknown';
  impact: string;
  remedy: string;
  phase: string;
  target: string;
}

/** An error of an adapter: what went wrong, who is to blame, what it means and what to do about it. */
export class AdapterError extends Error {
  override name = 'AdapterError';
  readonly fault: AdapterFault;

  constructor(fault: AdapterFault, options?: ErrorOptions) {
    super(`${fault.message} ${fault.impact} ${fault.remedy}`.trim(), options);
    this.fault = fault;
  }
}
