# What a person sees while a script works: numbered steps, the commands they run, and how long each took.
# Sourced by bash scripts that run under `set -euo pipefail`.

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' red='' plain=''
fi
step_number=0 step_title='' step_began=0

now_ms() { echo "${EPOCHREALTIME/[.,]/}" | cut -c1-13; }

# seconds_since MILLISECONDS: "12.3".
seconds_since() {
  local ms=$(($(now_ms) - $1))
  printf '%d.%d' $((ms / 1000)) $((ms % 1000 / 100))
}

# step TITLE: ends the step before it and begins the next.
step() {
  end_step
  step_number=$((step_number + 1)) step_title=$1 step_began=$(now_ms)
  printf '\n%s%2d  %s%s\n' "$bold" "$step_number" "$step_title" "$plain"
}

end_step() {
  [[ -n $step_title ]] || return 0
  printf '    %s(%s s)%s\n' "$dim" "$(seconds_since "$step_began")" "$plain"
  step_title=''
}

# say TEXT...: one line below the current step.
say() { printf '    %s\n' "$*"; }

# indent: stdin to stdout, below the current step, line by line.
indent() { sed -u 's/^/    /'; }

# show COMMAND...: prints the command as a person would type it, then runs it with its output indented.
show() { show_as "$(as_typed "$@")" "$@"; }

# show_as TEXT COMMAND...: the same, where the real command has paths that would only distract.
show_as() {
  printf '    %s$ %s%s\n' "$bold" "$1" "$plain"
  "${@:2}" </dev/null 2>&1 | indent
}

# as_typed WORD...: quoted where a shell needs it, programs without their folder.
as_typed() {
  local word text=''
  for word in "${1##*/}" "${@:2}"; do
    [[ $word =~ ^[A-Za-z0-9_./:=@%+,-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    text+=" $word"
  done
  printf '%s' "${text# }"
}
