/** What the layers above know of ssh. ssh-client.ts makes a connection, ssh-host.ts keeps one to a node, ssh-fleet.ts to all nodes. */

export interface ExecOptions {
  stdin?: string;
  /** After this time the command is given up and its outcome is unknown, ms. Default 30 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Called with each line of standard output as it arrives. */
  onLine?: (line: string) => void;
}

export interface ExecResult {
  /** Exit status of the command. */
  code: number;
  stdout: string;
  stderr: string;
  /** From the request to its end, ms. */
  ms: number;
}

/** A connection to one host that is opened when first used, kept alive, and made again when it broke. While it cannot be, commands are answered at once with the last error. */
export interface SshHost {
  name: string;
  /**
   * Runs a command given as its words; each is quoted, so that no name ever reaches a shell as anything but text.
   *
   * @throws SshError (ssh-error.ts); its `unknownOutcome` is true when the connection broke while the command ran: it may
   * still be running, so read the state again and assume nothing.
   */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  close(): Promise<void>;
}

/** All nodes of a cluster over ssh. */
export interface SshFleet {
  hosts: ReadonlyMap<string, SshHost>;
  /** Nodes whose connection broke or could not be made at the last attempt; they are tried again in the background. */
  unreachable(): ReadonlyMap<string, Error>;
  /** Runs a command on the first node that can be reached. Fails over only while the command was not sent. */
  any(argv: readonly string[], options?: ExecOptions): Promise<ExecResult & { host: string }>;
  /** Runs a command on every node at once; a node that does not answer in time is an Error in the map, and delays nobody. */
  each(argv: readonly string[], options?: ExecOptions): Promise<Map<string, ExecResult | Error>>;
  close(): Promise<void>;
}
