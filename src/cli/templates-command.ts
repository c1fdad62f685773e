import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { chooseFollow } from '../firewalls/choose.js';
import type { Template } from '../firewalls/template.js';
import { printable } from '../report/printable.js';
import { Transactions } from '../transactions/transactions.js';
import { UnitLoader } from '../units/loader.js';
import { allTemplates } from './find-template.js';
import type { Io } from './io.js';
import { type CommonArguments, commonOptions, loadOptions, mustBeTextOrJson } from './options.js';

/** Lists the templates, and what each would follow here. */
export function templatesCommand(given: CommonArguments, io: Io): ExitStatus {
  const { roots, format } = commonOptions(given, io);
  mustBeTextOrJson(format, 'templates');
  const reports = roots.map((root) => {
    const here = lookAround(io, root);
    return allTemplates().map(({ name, unit, purpose, candidates, ...rest }) => ({
      name,
      unit,
      purpose,
      candidates,
      here: here({ name, unit, purpose, candidates, ...rest }),
    }));
  });
  if (format === 'json') {
    const list = reports.map((templates) => ({ schema: 'unit-patch/templates@1', templates }));
    io.out(`${JSON.stringify(roots.length === 1 ? list[0] : list, null, 2)}\n`);
    return EXIT.done;
  }
  for (const one of reports.flat()) {
    io.out(`${one.name}  ${one.unit}: ${one.purpose}\n`);
    io.out(`  may follow  ${one.candidates.join(', ')}\n  here        ${printable(one.here)}\n`);
  }
  return EXIT.done;
}

/** What a template would follow in a root, in words; a machine without systemd is no reason not to list them. */
function lookAround(io: Io, root: string | undefined): (template: Template) => string {
  try {
    const system = io.openSystem(root);
    const transactions = Transactions.of(new UnitLoader(system.files(), loadOptions(system, io)));
    return (template) => {
      const { loadState } = transactions.load(template.unit);
      if (loadState === 'not-found') return `there is no ${template.unit}`;
      try {
        const isActive = (unit: string): boolean => system.manager?.isActive(unit) ?? false;
        const choice = chooseFollow(transactions, template, undefined, { isActive });
        if ('noNeed' in choice)
          return `nothing to follow: ${choice.noNeed.unit} (${choice.why}); ${choice.noNeed.why}`;
        return `${choice.follow.unit.id} (${choice.follow.why})`;
      } catch (error) {
        if (error instanceof UnitPatchError) return error.message;
        throw error;
      }
    };
  } catch (error) {
    if (error instanceof UnitPatchError && error.code === 'no-systemd') return () => error.message;
    throw error;
  }
}
