# Configuring and compiling by a CMake preset, quietly: progress in quarters, the compiler's words only when it
# fails. Sourced; expects the working directory to be the top of the repository.
#
#   build_preset NAME [TARGET...]   builds into build/NAME; the log is build/NAME.log

build_preset() {
  local log=build/$1.log
  mkdir -p build
  if ! cmake --preset "$1" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "build: error: configuring failed; the whole log is $log" >&2
    return 1
  fi
  if ! NINJA_STATUS='%f %t ' cmake --build "build/$1" ${2:+--target "${@:2}"} 2>&1 | tee -a "$log" | build_progress; then
    # The first thing that failed, with what the compiler said about it.
    grep -m1 -A 25 '^FAILED' "$log" >&2 || tail -n 30 "$log" >&2
    echo "build: error: compiling failed; the whole log is $log" >&2
    return 1
  fi
}

build_progress() {
  awk '
    /^[0-9]+ [0-9]+ / && $2 >= 8 && int(4 * $1 / $2) > quarter {
      quarter = int(4 * $1 / $2)
      print $1 " of " $2 " done"
      fflush()
    }'
}
