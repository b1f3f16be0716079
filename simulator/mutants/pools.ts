import { either as E, taskEither as TE } from 'fp-ts';
import type { AddressFolder } from '../../domain/port/address-folder.ts';
import type { AgentPorts, Host } from '../../services/agent/ports.ts';
import { folderAt } from '../machine/address-folders.ts';
import type { Seams } from '../seams.ts';
import type { Mutant } from './mutant.ts';

type Otherwise = (folder: AddressFolder) => Partial<AddressFolder>;

const folders = (ports: AgentPorts, otherwise: Otherwise): Pick<AgentPorts, 'addressFolders'> => ({
  addressFolders: {
    open: (path) =>
      TE.map((folder: AddressFolder) => ({ ...folder, ...otherwise(folder) }))(
        ports.addressFolders.open(path),
      ),
  },
});

const withFolders = (otherwise: Otherwise): Seams => ({
  ports: (ports) => ({ ...ports, ...folders(ports, otherwise) }),
});

/** Only until the agent has brought log and files together at its start, which is before it takes the queue. */
const whileItStarts = (otherwise: Otherwise): Seams => ({
  ports: (ports) => {
    let started = false;
    const { delQueue } = ports;
    const hold = () => {
      started = true;
      return delQueue.hold();
    };
    return {
      ...ports,
      ...folders(ports, (folder) => (started ? {} : otherwise(folder))),
      delQueue: { ...delQueue, hold },
    };
  },
});

type Transact = Host['transact'];

/** evio-ipam with another way into the host stream. */
const withTransact = (change: (transact: Transact) => Transact): Seams => ({
  agent: (agent) => {
    const { host } = agent.ipam;
    return { ...agent, ipam: { ...agent.ipam, host: { ...host, transact: change(host.transact) } } };
  },
});

export const poolMutants: ReadonlyArray<Mutant> = [
  {
    name: 'folder-not-locked',
    defect: 'programs of host-local do not wait for a folder that is in use',
    seams: {
      ports: (ports, machine) => ({
        ...ports,
        addressFolders: {
          open: (path) =>
            TE.map((folder: AddressFolder) => {
              folderAt(machine.folders, path).holder = undefined;
              return folder;
            })(ports.addressFolders.open(path)),
        },
      }),
    },
  },
  {
    name: 'folder-not-looked-at',
    defect: 'files that host-local wrote are not seen',
    seams: withFolders(() => ({ names: () => TE.right([]) })),
  },
  {
    name: 'address-file-not-written',
    defect: 'an ADD of evio-ipam is answered without its file',
    seams: withFolders(() => ({ create: () => TE.right(true) })),
  },
  {
    name: 'folder-not-flushed',
    defect: 'files are called flushed and are not',
    seams: withFolders(() => ({ flush: () => TE.right(undefined) })),
  },
  {
    name: 'released-before-its-file-is-gone',
    defect: 'the removal of a file is not awaited',
    seams: withFolders((folder) => ({
      remove: (name) => async () => {
        void folder.remove(name)();
        return E.right(undefined);
      },
    })),
  },
  {
    name: 'lost-files-not-written-again',
    defect: 'a start leaves the files missing that somebody removed',
    seams: whileItStarts(() => ({ create: () => TE.right(true) })),
  },
  {
    name: 'files-left-behind-a-reboot',
    defect: 'the files of what a reboot ended are not removed',
    seams: whileItStarts(() => ({ remove: () => TE.right(undefined) })),
  },
  {
    name: 'always-from-the-first',
    defect: 'the address that was reserved last is not gone on from',
    seams: withFolders((folder) => ({
      read: (name) => (name.startsWith('last_reserved_ip') ? TE.right('10.20.0.1') : folder.read(name)),
    })),
  },
  {
    name: 'last-address-not-written',
    defect: 'host-local is not told which address was reserved last',
    seams: withFolders(() => ({ replace: () => TE.right(undefined) })),
  },
  {
    name: 'collected-though-listed',
    defect: 'GC passes over what the runtime says that it has',
    seams: {
      connection: (connection) => ({
        call: (method, path, body, timeoutMs) =>
          connection.call(
            method,
            path,
            path === '/v1/ipam/gc' ? { ...(body as object), validAttachments: [] } : body,
            timeoutMs,
          ),
      }),
    },
  },
  {
    name: 'host-local-not-taken-over',
    defect: 'what host-local gave stays unknown to the log',
    seams: withTransact(
      (transact) =>
        (...asked) =>
          asked[0].type === 'take-over-addresses' ? TE.right([]) : transact(...asked),
    ),
  },
  {
    name: 'second-add-of-evio-ipam-answered',
    defect: 'an attachment that has its addresses is told them again by another run',
    seams: withTransact((transact) => (...asked) => async () => {
      const decided = await transact(...asked)();
      return E.isLeft(decided) && decided.left.type === 'pool-duplicate' ? E.right([]) : decided;
    }),
  },
];
