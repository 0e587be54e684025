import { propertiesOf } from '../../platforms/pacemaker/cib.ts';
import { askFenceDeviceCommand, fenceDevicesCommand } from '../../platforms/pacemaker/commands.ts';
import { descendantsOf, parseXml, type XmlElement } from '../../platforms/pacemaker/xml.ts';
import type { CallOptions, Prerequisite } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';

/** A fence device asks a management controller, and may have to log in first. */
const deviceTimeoutMs = 60_000;
const off = /^(?:false|off|no|n|0)$/i;

/** Ids of the devices that can fence a node, out of the answer to `fenceDevicesCommand`. */
export function readFenceDevices(text: string): string[] {
  return descendantsOf(parseXml(text), 'item').flatMap(({ text: device }) => (device === '' ? [] : [device]));
}

async function deviceAnswers(context: PacemakerContext, node: string, device: string, options?: CallOptions): Promise<Prerequisite> {
  const title = `fence device ${device} of ${node} answers`;
  const remedy = `See to its address, credentials and certificate ("stonith_admin --query ${device}" on a node), or the first failure of ${node} leaves its guests where they are.`;
  try {
    const { code } = await ask(context, askFenceDeviceCommand(device), { timeoutMs: deviceTimeoutMs, hedgeMs: deviceTimeoutMs, accept: () => true, ...withSignal(options) });
    return { title, ok: code === 0, detail: code === 0 ? 'its monitor action succeeds' : `its monitor action fails (status ${code})`, remedy };
  } catch (error) {
    options?.signal?.throwIfAborted();
    return { title, ok: null, detail: (error as Error).message, remedy };
  }
}

async function ofNode(context: PacemakerContext, node: string, options?: CallOptions): Promise<Prerequisite[]> {
  const title = `node ${node} has a fence device`;
  const remedy = `Configure one that can power ${node} off: without it no guest of ${node} is started elsewhere when it fails.`;
  try {
    const { code, stdout } = await ask(context, fenceDevicesCommand(node), { timeoutMs: deviceTimeoutMs, accept: () => true, ...withSignal(options) });
    const devices = code === 0 ? readFenceDevices(stdout) : [];
    return [{ title, ok: devices.length > 0, detail: devices.join(', ') || 'none can fence it', remedy }, ...(await Promise.all(devices.map(async (device) => deviceAnswers(context, node, device, options))))];
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
  const ofNodes = await Promise.all(context.environment.nodes.map(async ({ name }) => ofNode(context, name, options)));
  return [first, ...ofNodes.flat()];
}
