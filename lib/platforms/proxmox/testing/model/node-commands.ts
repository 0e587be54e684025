import type { ModelCluster, ModelOptions } from './model-cluster.ts';
import { nodeStatus } from './answers/cluster.ts';
import { quorate } from './world.ts';
import type { World } from './world.ts';

/** What a command on a node comes to. */
export interface CommandAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

const said = (stdout: string): CommandAnswer => ({ code: 0, stdout, stderr: '' });
const failed = (code: number, stderr: string): CommandAnswer => ({ code, stdout: '', stderr: `${stderr}\n` });

/** `pvecm status` of a node with quorum, in the form of votequorum's. */
function votes(world: World): CommandAnswer {
  const members = [...world.nodes.values()].filter((node) => node.online);
  const online = members.length;
  return said(`Votequorum information\n----------------------\nExpected votes:   ${world.nodes.size}\nHighest expected: ${world.nodes.size}\nTotal votes:      ${online}\nQuorum:           ${Math.floor(world.nodes.size / 2) + 1}  \nFlags:            ${quorate(world) ? 'Quorate' : ''}\n\nMembership information\n----------------------\n    Nodeid      Votes Name\n${members.map(({ id, address }) => `0x${id.toString(16).padStart(8, '0')}          1 ${address}\n`).join('')}`);
}

type Answerer = (cluster: ModelCluster, node: string, found: RegExpExecArray) => CommandAnswer | Promise<CommandAnswer>;

/** In their order; the first that fits answers. What they print is invented in the form of the programs. */
const answers: readonly [RegExp, Answerer][] = [
  // An OSD whose disk is back is looked after, and it is told how it was.
  [/\brevive-osd '?(\d+)'?$/, ({ world }, node, [, id = '']) => {
    const osd = world.osds.find((each) => each.id === id && each.node === node);
    if (osd === undefined || !osd.present) return failed(3, `the volume group of osd.${id} could not be activated again`);
    const was = osd.stopped ? 'failed\n' : '';
    osd.stopped = false;
    return said(was);
  }],
  [/^pvecm status/, ({ world }) => votes(world)],
  [/^id -u/, () => said('0\n')],
  [/^date \+%s/, () => said(`${(Date.now() / 1000).toFixed(6)}\n`)],
  [/^date \+%z/, () => said('+0000\n')],
  [/^uname /, (_, node) => said(`${node}\n`)],
  [/^ha-manager crm-command node-maintenance (enable|disable) (\S+)/, async (cluster, _, [, word = '', name = '']) => {
    if (!cluster.world.nodes.has(name)) return failed(255, `no such cluster node '${name}'`);
    await cluster.maintenance(name, word === 'enable');
    return said('');
  }],
  [/journalctl /, () => said('')],
  // Reading an archive back: its volume is the last word.
  [/pvesm path.* (\S+)$/s, ({ world }, _, [, volume = '']) => (world.backups.has(volume) ? said('') : failed(1, `volume '${volume}' does not exist`))],
  // The marks of the machine: firmware that says nothing, and the node's name.
  [/product_uuid/, (_, node) => said(`\n\n${node}\n`)],
];

/** For a model whose time runs ahead of the machine's by a factor: the clocks of its nodes, and since when they run, are right by the machine's time. */
export const rightClocks = (factor: number): NonNullable<ModelOptions['answer']> => (request, world) => {
  const nowS = Math.floor(Date.now() / 1000);
  if (request.call === 'GET /nodes/{node}/time') return { data: { time: nowS, localtime: nowS, timezone: 'UTC' } };
  return request.call === 'GET /nodes/{node}/status' ? { data: nodeStatus(world, request.node, factor) } : null;
};

/** What a node of the model answers to a command over ssh; 127 for a program that it does not have. */
export async function answerCommand(cluster: ModelCluster, node: string, command: string): Promise<CommandAnswer> {
  for (const [pattern, answer] of answers) {
    const found = pattern.exec(command);
    if (found !== null) return answer(cluster, node, found);
  }
  return failed(127, `sh: 1: ${command.split(' ')[0] ?? ''}: not found`);
}
