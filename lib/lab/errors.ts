/** The lab cannot run here: no root, another system, missing packages, too little room. The message names the remedy. Exit code 69. */
export class LabImpossibleError extends Error {
  override name = 'LabImpossibleError';
}

/** The lab should run here and did not. The message names the log. */
export class LabFailedError extends Error {
  override name = 'LabFailedError';
}
