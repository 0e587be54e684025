import type { PowerHand } from '../environment/environment.ts';
import { RedfishError } from '../platforms/redfish/redfish-error.ts';
import { openBmc } from '../platforms/redfish/redfish.ts';
import type { Bmc } from '../platforms/redfish/redfish.ts';
import { HttpsError } from '../transports/https-error.ts';
import type { PowerControl, PowerReading } from './power-control.ts';

type RedfishHand = Extract<PowerHand, { hand: 'redfish' }>;

function bmcOf(hand: RedfishHand): Bmc {
  return openBmc({
    url: hand.url,
    credentials: hand.credentials.reveal(),
    ...(hand.login === undefined ? {} : { login: hand.login }),
    ...(hand.fingerprint === undefined ? {} : { fingerprint: hand.fingerprint }),
    ...(hand.ca === undefined ? {} : { ca: hand.ca.reveal() }),
    ...(hand.system === undefined ? {} : { system: hand.system }),
  });
}

async function read(bmc: Bmc, signal: AbortSignal): Promise<PowerReading> {
  const state = await bmc.powerState({ signal });
  return state === 'On' ? 'on' : state === 'Off' ? 'off' : 'changing';
}

/** The BMC may have done it all the same. */
function mayHaveHappened(error: unknown): boolean {
  return error instanceof HttpsError ? error.unknownOutcome : error instanceof RedfishError && error.status >= 500;
}

/** Switches, and when the answer got lost looks before it asks again: the BMC may have done it, or be doing it. */
async function switchTo(bmc: Bmc, wanted: 'on' | 'off', signal: AbortSignal): Promise<void> {
  const type = wanted === 'on' ? 'On' : 'ForceOff';
  try {
    await bmc.reset(type, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!mayHaveHappened(error)) throw error;
    if ((await read(bmc, signal)) === (wanted === 'on' ? 'off' : 'on')) await bmc.reset(type, { signal });
  }
}

/** The token of a session, for a shell; the password goes past the list of processes. */
function openSession(url: string, trust: string): string {
  return `token=$(printf '{"UserName":"%s","Password":"%s"}' "\${BMC_CREDENTIALS%%:*}" "\${BMC_CREDENTIALS#*:}" | curl --silent ${trust} --dump-header - --output /dev/null --header 'Content-Type: application/json' --data @- '${url}/redfish/v1/SessionService/Sessions' | tr -d '\\r' | sed -n 's/^x-auth-token: *//Ip')  # " and \\ in the password want a \\ before them; the session runs out by itself`;
}

function manual(hand: RedfishHand, node: string): string[] {
  const trust = hand.ca === undefined ? '--insecure' : '--cacert CA_FILE';
  const proof = hand.fingerprint === undefined ? '' : ` Its certificate must have the fingerprint ${hand.fingerprint}.`;
  const url = hand.url.replace(/\/+$/, '');
  const path = hand.system?.startsWith('/') === true ? hand.system : `/redfish/v1/Systems/${hand.system ?? 'ID'}`;
  const isSession = hand.login === 'session';
  const curl = `curl --fail ${trust} ${isSession ? '--header "X-Auth-Token: $token"' : '--user "$BMC_CREDENTIALS"'}`;
  return [
    `# BMC_CREDENTIALS is user:password of the BMC of ${node}: what ${hand.credentials.reference} of the environment file stands for.${proof}`,
    ...(isSession ? [openSession(url, trust)] : []),
    ...(hand.system === undefined ? [`${curl} '${url}/redfish/v1/Systems'  # shows the ID for the next line`] : []),
    `${curl} --header 'Content-Type: application/json' --data '{"ResetType":"On"}' '${url}${path}/Actions/ComputerSystem.Reset'`,
  ];
}

/** A node's power through its BMC. */
export function redfishControl(hand: RedfishHand, node: string): PowerControl {
  let opened: Bmc | null = null;
  const bmc = (): Bmc => (opened ??= bmcOf(hand));
  return {
    how: `Redfish at ${hand.url}`,
    read: async (signal) => read(bmc(), signal),
    off: async (signal) => switchTo(bmc(), 'off', signal),
    on: async (signal) => switchTo(bmc(), 'on', signal),
    byProcess: false,
    machine: async (signal) => {
      const { HostName: hostName, UUID: uuid, SerialNumber: serial, SKU: tag } = await bmc().system({ signal });
      // Dell gives the service tag, which is the serial number of its SMBIOS, as SKU.
      return { hostName: hostName || null, uuid: uuid || null, serials: [serial, tag].filter((text) => typeof text === 'string') };
    },
    manualOn: () => manual(hand, node),
  };
}
