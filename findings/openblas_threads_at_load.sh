#!/usr/bin/env bash
# numpy 2.4.6, with its OpenBLAS 0.3.31: `import numpy` starts a thread for each further CPU, and each of them takes 20 to 70 ms
# of CPU, looking for work, before it sleeps, though nothing is computed. A short program, and one that has threads of its own,
# finds the other CPUs busy as it begins. With OPENBLAS_NUM_THREADS=1 there is no thread. Debian's OpenBLAS 0.3.21 does the
# same as libopenblas0-pthread, and has no thread as libopenblas0-serial. Needs two CPUs.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
[[ $(nproc) -ge 2 ]] || { echo "this needs two CPUs" >&2; exit 1; }
with_packages numpy==2.4.6

program='
import os, time
import numpy
time.sleep(0.2)
others = time.process_time() - time.thread_time()
print(len(os.listdir("/proc/self/task")), round(others * 1e3, 1))
'
show() { # THREADS: how many there are, and the CPU milliseconds of all but the first
  OPENBLAS_NUM_THREADS=$1 "$folder/venv/bin/python" -c "$program"
}

for number in 2 1; do
  read -r threads busy < <(show "$number")
  printf 'OPENBLAS_NUM_THREADS=%s: %s threads after the import; all but the first have taken %s ms of CPU\n' "$number" "$threads" "$busy"
  [[ $threads -eq $number ]] && awk -v n="$number" -v ms="$busy" 'BEGIN { exit !(n == 2 ? ms > 5 : ms < 1) }' ||
    { echo "this has changed"; exit 1; }
done
