# Completion of the hallmark command in bash: verbs, options, products, and the versions that are pinned.

# Files of $root/releases/products that match, without the folder and the ending $2.
_hallmark_names() {
  local path
  for path in "$root"/releases/products/$1*"$2"; do
    [[ -e $path ]] || continue
    path=${path##*/}
    printf '%s\n' "${path%"$2"}"
  done
}

_hallmark_options() {
  case $1 in
    init) echo --demo --join --name --group --origin --suite --codename --component --architecture --application --spare-subkeys --apk-key \
      --approver --threshold --host --host-user --host-key --docroot --url \
      --ceremony --backup --share --needed --record ;;
    pin) echo --renew --diff --updates --check ;;
    build) echo --jobs --only ;;
    release) echo --wait --break-lock --dry-run ;;
    publish) echo --wait --break-lock --emit-changes ;;
    'bundle export') echo --output -o ;;
    sync) echo --from ;;
    accept) echo --artefacts ;;
    approve) echo --key --valid-days --offline ;;
    review) echo --since --files --markdown ;;
    rebuild) echo --product --from-log --log-key --only --against --key --openpgp-key --output -o ;;
    promote) echo --key --valid-days --approve-only ;;
    import) echo --renew --key --valid-days --approve-only ;;
    'allow lower-version') echo --reason --key --valid-days --approve-only ;;
    'allow lower-evidence') echo --owner --until --key --valid-days --approve-only ;;
    'allow dissent') echo --outcome --reason --key --valid-days --approve-only ;;
    rollout) echo --suite --version --key --valid-days --approve-only ;;
    withdraw) echo --suite --key --valid-days --approve-only ;;
    'suite add') echo --like --codename --environment --valid-days ;;
    'policy propose') echo --openpgp-key --apk-certificate --valid-days ;;
    status) echo --check ;;
    'terminal enrol') echo --sha256 ;;
    'clock approve') echo --key --time --valid-days ;;
    'policy approve') echo --key --valid-days ;;
    'keys backup') echo --share --needed ;;
    'keys restore') echo --share --rehearse ;;
    'keys make') echo --apk-key --openpgp --spare-subkeys --publishing ;;
    'keys revoke') echo --reason --text ;;
    'keys import') echo --openpgp --pkcs12 --ssh --name --passphrase-fd ;;
    'keys export') echo --archive --publishing --log --checksums --apk ;;
    'log show') echo --kind --key --since --log-key ;;
    'log prove') echo --key --against ;;
    'log check') echo --key --against --proof ;;
    'repo compose') echo --output -o --sign ;;
    'repo list') echo --version --arch --source --component ;;
    'repo diff') echo --tree --keyring ;;
    'repo import') echo --keyring --suite --without --renew --key --valid-days --approve-only ;;
    'repo keyring') echo --unattended-upgrades --output -o ;;
    'repo gc') echo --dry-run --forget-hosts ;;
    'repo check') echo --deep ;;
    'apk sign') echo --key --output -o --strip --aab ;;
    'apk lineage create') echo --key --output -o ;;
    'apk lineage rotate') echo --key --from --output -o ;;
    'apk lineage show') ;;
    'apk verify') echo --min-sdk --max-sdk --idsig ;;
    '') echo --version ;;
  esac
  echo --root --json --help
}

_hallmark() {
  local word=${COMP_WORDS[COMP_CWORD]} root=${HALLMARK_ROOT:-/var/lib/hallmark} words=() verb i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --root) root=${COMP_WORDS[++i]} ;;
      --demo | --join | --json | --renew | --diff | --updates | --archive | --publishing | --log | --strip | --aab | --approve-only | --check | --markdown | --rehearse | --ceremony | --dry-run | --forget-hosts | --unattended-upgrades | --deep | --wait | --break-lock | --help | --version | -h) ;;
      -*) ((++i)) ;;  # every other option has a value
      *) words+=("${COMP_WORDS[i]}") ;;
    esac
  done
  verb=${words[0]:-}
  case $verb in bundle | keys | repo | apk | policy | suite | log | clock | terminal | allow | attest) verb+=${words[1]:+ ${words[1]}} ;; esac
  case $verb in 'apk lineage') verb+=${words[2]:+ ${words[2]}} ;; esac

  COMPREPLY=()
  case ${COMP_WORDS[COMP_CWORD - 1]} in
    --root | --output | --from-log | -o | --artefacts) mapfile -t COMPREPLY < <(compgen -d -- "$word") && return ;;
    --key | --approver | --from | --openpgp-key | --openpgp | --pkcs12 | --against | --proof | --share | --backup | --record | --product | --emit-changes) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_hallmark_options "$verb")" -- "$word")
    return
  fi
  local found=''
  case $verb:${#words[@]} in
    :0) found='init pin review approve fetch bundle build check accept sign compose refresh publish release promote import attest allow rollout withdraw status sync terminal clock policy suite keys repo rebuild apk log' ;;
    bundle:1) found='export import' ;;
    'bundle export:'*)  # products and versions in turn
      if ((${#words[@]} % 2 == 0)); then
        found=$(_hallmark_names '' .json)
      else
        found=$(_hallmark_names "${words[-1]}/" .lock.json)
      fi
      ;;
    keys:1) found='list make revoke import export backup restore' ;;
    allow:1) found='lower-version lower-evidence dissent' ;;
    attest:1) found='import list' ;;
    promote:1 | import:1 | rollout:1 | withdraw:1 | allow\ *:2 | 'attest list:2') found=$(_hallmark_names '' .json) ;;
    terminal:1) found='list invite enrol' ;;
    clock:1) found='show approve jump' ;;
    suite:1) found='add' ;;
    policy:1) found='show diff propose approve change' ;;
    log:1) found='show prove check' ;;
    repo:1) found='include remove compose list diff import keyring gc check' ;;
    apk:1) found='verify sign lineage inspect compare' ;;
    'apk lineage:2') found='create rotate show' ;;
    pin:1 | review:1 | approve:1 | fetch:1 | build:1 | check:1 | accept:1 | sign:1 | compose:1 | release:1) found=$(_hallmark_names '' .json) ;;
    pin:2 | review:2 | approve:2 | fetch:2 | build:2 | check:2 | accept:2 | sign:2 | compose:2 | release:2)
      found=$(_hallmark_names "${words[1]}/" .lock.json)
      ;;
    'repo include:2') ;;  # a suite
    'repo include:'* | 'bundle import:'* | 'attest import:'* | 'policy propose:'* | import:* | rebuild:* | apk\ * | log\ * | keys\ *) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$found" -- "$word")
}

complete -o filenames -F _hallmark hallmark
