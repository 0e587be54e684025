import type { MachineMarks } from './power-control.ts';

/** Whether a hand holds the machine that a node runs on, and by what it was told. `ok: null`: it cannot be told. */
export interface SameMachine {
  ok: boolean | null;
  detail: string;
}

const shortName = (name: string): string => (name.split('.')[0] ?? name).toLowerCase();

/** The same UUID in both of its spellings: older firmware tells the first three fields with their bytes the other way round (SMBIOS 2.6, 7.2.1). */
function spellings(uuid: string): string[] {
  const text = uuid.toLowerCase();
  const turned = (field = ''): string => (field.match(/../g) ?? []).toReversed().join('');
  const [one, two, three, ...rest] = text.split('-');
  return [text, [turned(one), turned(two), turned(three), ...rest].join('-')];
}

/**
 * Compares what the hand says of its machine with what the node says of its own. A UUID decides. The same serial number proves it;
 * another one proves nothing, because makers give the board and the case numbers of their own. Then the host's name counts.
 */
export function sameMachine(node: string, hand: MachineMarks, own: MachineMarks | null): SameMachine {
  if (hand.uuid !== null && own?.uuid !== undefined && own.uuid !== null) {
    const same = spellings(hand.uuid).includes(own.uuid.toLowerCase());
    return { ok: same, detail: same ? `UUID ${own.uuid}, says ${node} as well` : `it holds the machine of UUID ${hand.uuid}, and ${node} runs on ${own.uuid}` };
  }
  const serial = hand.serials.find((text) => own?.serials.some((other) => other.toLowerCase() === text.toLowerCase()) ?? false);
  if (serial !== undefined) return { ok: true, detail: `serial number ${serial}, says ${node} as well` };
  if (hand.hostName === null) return { ok: null, detail: 'it does not say whose power it is' };
  return { ok: shortName(hand.hostName) === shortName(node), detail: `it says that it is the power of ${hand.hostName}` };
}
