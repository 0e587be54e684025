import { fenceDeviceOf, propertiesOf } from '../../platforms/pacemaker/cib.ts';
import { askFenceDeviceCommand, fenceAgentQuestion, fenceDevicesCommand } from '../../platforms/pacemaker/commands.ts';
import { descendantsOf, parseXml, type XmlElement } from '../../platforms/pacemaker/xml.ts';
import { quote } from '../../record/scrub.ts';
import type { CallOptions, Prerequisite } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';

/** A fence device asks a management controller, and may have to log in first. */
const deviceTimeoutMs = 60_000;
/** What a shell answers when there is no such program. */
const noSuchProgram = 127;
const off = /^(?:false|off|no|n|0)$/i;

/** Ids of the devices that can fence a node, out of the answer to `fenceDevicesCommand`. */
export function readFenceDevices(text: string): string[] {
  return descendantsOf(parseXml(text), 'item').flatMap(({ text: device }) => (device === '' ? [] : [device]));
}

async function deviceAnswers(context: PacemakerContext, cib: XmlElement, node: string, device: string, options?: CallOptions): Promise<Prerequisite> {
  const title = `fence device ${device} of ${node} answers`;
  const remedy = `See to its address, credentials and certificate ("stonith_admin --query ${device}" on a node), or the first failure of ${node} leaves its guests where they are.`;
  try {
    const { code } = await ask(context, askFenceDeviceCommand(device), { timeoutMs: deviceTimeoutMs, hedgeMs: deviceTimeoutMs, accept: () => true, ...withSignal(options) });
    if (code !== 0) return { title, ok: false, detail: `its monitor action fails (status ${code})`, remedy };
    const known = fenceDeviceOf(cib, device);
    if (known === null) return { title, ok: true, detail: 'Pacemaker says that it works', remedy };
    const { argv, stdin } = fenceAgentQuestion(known);
    const agent = await ask(context, argv, { stdin, timeoutMs: deviceTimeoutMs, hedgeMs: deviceTimeoutMs, accept: ({ code: status }) => status !== noSuchProgram, ...withSignal(options) });
    const words = quote(agent.stderr.trim(), 300);
    return { title, ok: agent.code === 0, detail: agent.code === 0 ? `${known.agent} says that it works (asked on ${agent.host})` : `${known.agent} says that it does not (status ${agent.code}, asked on ${agent.host})${words === '' ? '' : `: ${words}`}`, remedy };
  } catch (error) {
    options?.signal?.throwIfAborted();
    return { title, ok: null, detail: (error as Error).message, remedy };
  }
}

async function ofNode(context: PacemakerContext, cib: XmlElement, node: string, options?: CallOptions): Promise<Prerequisite[]> {
  const title = `node ${node} has a fence device`;
  const remedy = `Configure one that can power ${node} off: without it no guest of ${node} is started elsewhere when it fails.`;
  try {
    const { code, stdout } = await ask(context, fenceDevicesCommand(node), { timeoutMs: deviceTimeoutMs, accept: () => true, ...withSignal(options) });
    const devices = code === 0 ? readFenceDevices(stdout) : [];
    return [{ title, ok: devices.length > 0, detail: devices.join(', ') || 'none can fence it', remedy }, ...(await Promise.all(devices.map(async (device) => deviceAnswers(context, cib, node, device, options))))];
  } catch (error) {
    options?.signal?.throwIfAborted();
    return [{ title, ok: null, detail: (error as Error).message, remedy }];
  }
}

/** Fencing is on, every node has a device that can fence it, and each of these answers. */
export async function fencingPrerequisites(context: PacemakerContext, cib: XmlElement, options?: CallOptions): Promise<Prerequisite[]> {
  const enabled = propertiesOf(cib)['stonith-enabled'] ?? 'true';
  const isOn = !off.test(enabled);
  const first: Prerequisite = { title: 'fencing is on', ok: isOn, detail: `stonith-enabled is ${enabled}`, remedy: 'Run "crm_attribute --name stonith-enabled --update true" on a node, once every node has a fence device.' };
  const ofNodes = await Promise.all(context.environment.nodes.map(async ({ name }) => ofNode(context, cib, name, options)));
  return [first, ...ofNodes.flat()];
}
