import { endTask } from '../tasks.ts';
import type { TaskModel, World } from '../world.ts';
import type { StandInRequest } from '../../stand-in.ts';
import type { Handler } from './handler.ts';
import type { StandInAnswer } from '../../stand-in.ts';

function withTask(then: (task: TaskModel, world: World, request: StandInRequest) => StandInAnswer): Handler {
  return (world, request) => {
    const { upid = '' } = request.values;
    if (!upid.startsWith('UPID:')) return { status: 400, reason: 'Parameter verification failed.', errors: { upid: `unable to parse worker upid '${upid}'` } };
    const task = world.tasks.find((each) => each.upid === upid && each.node === request.node);
    return task === undefined ? { status: 400, reason: 'Parameter verification failed.', errors: { upid: 'no such task' } } : then(task, world, request);
  };
}

const row = ({ upid, node, type, id, user, startS, endS, status }: TaskModel): object => ({ upid, node, type, id, user, pid: 1, pstart: 1, starttime: Math.floor(startS), ...(endS === null ? {} : { endtime: Math.floor(endS), status }) });

const list: Handler = (world, { node, values }) => {
  const { vmid, since, limit = '50', typefilter, source = 'archive' } = values;
  const found = world.tasks.filter((task) => task.node === node && (vmid === undefined || task.id === vmid) && (since === undefined || task.startS >= Number(since)) && (typefilter === undefined || task.type === typefilter) && (source === 'all' || (source === 'active') === (task.endS === null)));
  return { data: found.toReversed().slice(0, Number(limit)).map(row), total: found.length };
};

export const taskAnswers: Readonly<Record<string, Handler>> = {
  'GET /nodes/{node}/tasks': list,
  'GET /nodes/{node}/tasks/{upid}/status': withTask((task) => ({ data: { ...row(task), status: task.endS === null ? 'running' : 'stopped', ...(task.status === null ? {} : { exitstatus: task.status }) } })),
  'GET /nodes/{node}/tasks/{upid}/log': withTask(({ log }, _world, { values: { start = '0', limit = '50' } }) => ({ data: log.map((t, index) => ({ n: index + 1, t })).slice(Number(start), Number(start) + Number(limit)), total: log.length })),
  'DELETE /nodes/{node}/tasks/{upid}': withTask((task, world) => {
    if (task.endS === null) {
      // A worker that is told to end cleans up behind itself.
      for (const guest of world.guests.values()) if (guest.vmid === task.id && guest.lock === 'backup' && task.type === 'vzdump') guest.lock = null;
      endTask(world, task, 'interrupted by signal');
    }
    return { data: null };
  }),
};

