import { quote } from '../../record/scrub.ts';

/**
 * What is asked of Ceph. The three questions go to one client on its standard input: starting the client costs more
 * than the answers.
 */
export const storageQuestions: { argv: readonly string[]; stdin: string } = {
  argv: ['ceph', '--connect-timeout', '5', '--format', 'json'],
  stdin: 'status\nosd tree\nosd pool ls detail\n',
};

export const usageCommand: readonly string[] = ['ceph', '--connect-timeout', '5', '--format', 'json', 'osd', 'df'];
export const fsidCommand: readonly string[] = ['ceph', '--connect-timeout', '5', 'fsid'];
export const versionCommand: readonly string[] = ['ceph', '--version'];
export const healthDetailCommand: readonly string[] = ['ceph', '--connect-timeout', '5', 'health', 'detail'];

/**
 * Splits the answers to `storageQuestions`, one JSON document a line.
 *
 * @throws Error when one is missing.
 */
export function readAnswers(text: string): { status: unknown; tree: unknown; pools: unknown } {
  const [status, tree, pools, ...more] = text.split('\n').map((line) => line.replace(/^(?:ceph> )+/, '').trim()).filter((line) => line.startsWith('{') || line.startsWith('[')).map((line) => JSON.parse(line) as unknown);
  if (pools === undefined || more.length > 0) throw new Error(`Ceph answered with "${quote(text.trim(), 120)}" where three JSON documents were expected. See whether its monitors have quorum.`);
  return { status, tree, pools };
}
