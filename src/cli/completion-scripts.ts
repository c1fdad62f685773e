import type { SHELLS } from './commands/completion.js';

/**
 * How a shell asks for completions: the words behind the command's name, the last one being the one at the cursor. What
 * is printed fits that word as a whole; nothing means file names.
 */
export const ASK = '--get-yargs-completions';

/** Options whose values are paths. fish asks nobody for those. */
const PATHS = ['root', 'save', 'from', 'from-cat'];

// bash breaks words at = : and @, and replaces only the last part, which is $2.
const bash = `# unit-patch in bash: source <(unit-patch completion bash)
_unit_patch() {
  local line=\${COMP_LINE:0:COMP_POINT} words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  mapfile -t COMPREPLY < <(unit-patch ${ASK} "\${words[@]:1}" 2>/dev/null)
  local word=\${words[-1]}
  COMPREPLY=("\${COMPREPLY[@]#"\${word%"$2"}"}")
}
complete -o default -F _unit_patch unit-patch
`;

const zsh = `#compdef unit-patch
# unit-patch in zsh: source <(unit-patch completion zsh), after compinit
_unit_patch() {
  local -a found
  found=(\${(f)"$(unit-patch ${ASK} "\${(@Q)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _unit_patch "$@"; else compdef _unit_patch unit-patch; fi
`;

const fish = `# unit-patch in fish: unit-patch completion fish | source
function __unit_patch
  set -l before (commandline -opc)
  set -l word (commandline -ct)
  unit-patch ${ASK} $before[2..] "$word" 2>/dev/null
end
complete -c unit-patch -f -a '(__unit_patch)'
${PATHS.map((option) => `complete -c unit-patch -l ${option} -r -F\n`).join('')}`;

/** What each shell reads. */
export const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = { bash, zsh, fish };
