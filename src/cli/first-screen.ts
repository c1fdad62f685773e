/** What `unit-patch` alone and `-h` print: what a person with five minutes has to know. */
export const FIRST_SCREEN = `unit-patch: make Docker restart with your firewall (or any unit with any other)

  unit-patch docker            show the change, ask, write it
  unit-patch doctor docker     containers offline? why, and what to type
  unit-patch prove docker      restart the firewall and watch Docker come back
  unit-patch check docker      one line; exit 1 if something is missing
  unit-patch revert docker     undo

Options: -n --dry-run · --root DIR · --follow UNIT · --relation R · -y --yes
More commands (compare, show, render, apply, explain) and options: --help
`;
