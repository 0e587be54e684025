import type { Evidence, News } from '../adapters/hypervisor.ts';
import type { ExpectedNews } from './row.ts';
import type { Scenario } from './scenario.ts';

export interface NewsCase {
  /** Null when it could not be gathered. */
  evidence: readonly Evidence[] | null;
  /** What the row's own definition says that it brings about. */
  expected: readonly ExpectedNews[];
  /** Nodes that the row's own faults took from the cluster: that they were fenced is expected. */
  taken: readonly string[];
}

/** How many lines a verdict spells out; all of them are in the evidence. */
const spelledOut = 3;

/** Why a line is expected; null when it is not. */
function reasonFor(news: News, { expected, taken }: NewsCase): string | null {
  if (news.kind === 'fencing' && news.about !== null && taken.includes(news.about)) return `a fault of this row took ${news.about} from the cluster`;
  // A node that comes back may elect itself before it hears the others: how long that takes follows the timing of the cluster's network.
  const met = news.kind === 'two-coordinators' ? taken.find((node) => node === news.node || node === news.about) : undefined;
  if (met !== undefined) return `a fault of this row took ${met} from the cluster, and it meets the others again`;
  if (news.followsLossOf === 'its-node' && taken.includes(news.node)) return `a fault of this row took ${news.node} from the cluster, and it says so itself`;
  if (news.followsLossOf === 'any-node' && taken.length > 0) return `a fault of this row took ${taken.join(' and ')} from the cluster`;
  const is = (wanted: string | undefined, found: string | null): boolean => wanted === undefined || wanted === found;
  return expected.find(({ kind, node, about, matching }) => kind === news.kind && is(node, news.node) && is(about, news.about) && matching?.test(news.line) !== false)?.why ?? null;
}

function say({ kind, node, log, line }: News): string {
  return `${kind}: ${node}, log of ${log}: ${line}`;
}

/**
 * Judges what the nodes' logs say of the time of a scenario: bad news that the row does not bring about itself fails it, with the
 * lines as evidence. Logs that could not be read prove nothing. A platform whose adapter looks for none leaves a note.
 */
export function judgeNews(scenario: Pick<Scenario, 'expect' | 'evidence' | 'progress'>, about: NewsCase): void {
  const title = "the nodes' logs have no bad news";
  const expect = (ok: boolean | null, detail: string): void => scenario.expect(title, ok, detail, { common: true });
  if (about.evidence === null) return expect(null, 'the logs could not be read');
  const unreadable = about.evidence.flatMap((item) => (item.unreadable === undefined ? [] : [`${item.title}: ${item.unreadable}`]));
  const read = about.evidence.filter((item) => item.news !== undefined).map((item) => item.title);
  if (read.length === 0 && unreadable.length === 0) return scenario.progress('no log of this platform is looked through for bad news');
  const news = about.evidence.flatMap((item) => item.news ?? []);
  const judged = news.map((item) => ({ item, why: reasonFor(item, about) }));
  if (judged.length > 0) scenario.evidence("Bad news in the nodes' logs", 'bad-news.txt', 'text/plain', `${judged.map(({ item, why }) => `${why === null ? 'NOT EXPECTED' : `expected (${why})`}  ${say(item)}`).join('\n')}\n`);
  const surprises = judged.filter(({ why }) => why === null).map(({ item }) => say(item));
  if (surprises.length > 0) return expect(false, [...surprises.slice(0, spelledOut), ...(surprises.length > spelledOut ? [`and ${surprises.length - spelledOut} more line(s)`] : [])].join('; '));
  if (unreadable.length > 0) return expect(null, unreadable.join('; '));
  expect(true, `${read.length} logs read; ${news.length === 0 ? 'nothing' : `${news.length} line(s), each brought about by the row itself`}`);
}
