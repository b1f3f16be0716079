import type { AddCommand } from './context.ts';
import { addImportEtcd } from './import-etcd.ts';
import { addImportHostLocal } from './import-host-local.ts';
import { importLog } from './import-log.ts';

/** `evioctl import`. */
export const addImport: AddCommand = (program, context) => {
  const importing = program
    .command('import')
    .description('an exported log into a new one, exactly as it was; or running pods from another program')
    .argument('[file]', 'what evioctl export wrote')
    .option('--into <path>', 'the new log; nothing may be there')
    .addHelpText(
      'after',
      `
Examples:
  evioctl import ledger.ndjson --into /var/lib/evio/ledger.db
  evioctl import ledger.ndjson --into /tmp/copy.db && evioctl --log /tmp/copy.db verify`,
    )
    .action((file: string | undefined, { into }: { into?: string }) => {
      if (file === undefined || into === undefined)
        importing.error("error: a <file> and the new log's '--into <path>' are missing, or a source");
      else process.exitCode = importLog(context, file, into);
    });
  addImportHostLocal(importing, context);
  addImportEtcd(importing, context);
};
