"""The instructions of a training step of the workloads of workloads.cpp, in several builds of the program side by side.

    ./tests/run --benchmarks -- --instructions [PROGRAM...] [--only W2,W4] [--functions 12] [--step 4]

Counts, with valgrind's callgrind and on one thread, what runs from the start of a step to the start of the next one: the
step itself, in cornu and in libraries, and what fit() does between two, not what it does once an epoch. It is the fourth
step, or another one that --step names: with Adam the rows of a table make some 1 % more or less of each. Valgrind has no
AVX-512, so the kernels are those for AVX2, OpenBLAS's too, which is not what a newer CPU runs. And it is no time: a division
is one instruction, eight floats at once are one, what misses the caches is one; what the system does for a call is none.

Prints millions of instructions for this build, and for each other PROGRAM its own and their part of this build's; with
--functions N the N functions with the most of their own, without those of what they call. Takes minutes: valgrind takes
fused multiply-adds apart.
"""

import argparse
import collections
import os
import re
import subprocess
import tempfile
import time

WORKLOADS = "W1s/64,W1s/256,W2,W4,W4gru,W5,W6,W9"
STEP = "cornu::detail::Trainer::train(*"  # called by fit() and train_on_batch(), once a step


def profile(program, workload, step):
    """What callgrind wrote about that step. Google Benchmark tries one iteration, and then, with another model, more."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/profile"
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}", f"--dump-before={STEP}", "--dump-line=no"]
        command += [program, f"--benchmark_filter=^{workload}$", "--benchmark_min_time=10"]
        environment = dict(os.environ, CORNU_KERNELS="v3", CORNU_NUM_THREADS="1")
        environment |= {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1"}
        environment["GLIBC_TUNABLES"] = "glibc.cpu.hwcaps=-ERMS"  # `rep stosb` would count as an instruction a byte
        with open(f"{folder}/log", "w+") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            try:
                while process.poll() is None:
                    time.sleep(0.1)
                    found = read(f"{path}.{step + 1}")  # the first one is what is before the first step
                    if "\ntotals:" in found:
                        return found
            finally:
                process.kill()
                process.wait()
            log.seek(0)
            raise SystemExit(f"{program}: {workload} has ended before step {step + 1}\n{log.read()}")


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""


def functions(found):
    """Instructions by function, those of its own."""
    names, own, name, is_call = {}, collections.Counter(), "", False
    for line in found.splitlines():
        if match := re.match(r"(c?fn)=(\(\d+\)) ?(.*)", line):
            kind, number, text = match.groups()
            if text:
                names[number] = re.sub(r"'\d+$", "", text).replace("(anonymous namespace)::", "")  # f'2: f in f
            if kind == "fn":
                name = names[number]
        elif re.match(r"[+*\d-]", line):  # a position and a cost, behind calls= of what is called
            if not is_call:
                own[name] += int(line.split()[1])
        is_call = line.startswith("calls=")
    return own


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="+", metavar="PROGRAM")
    parser.add_argument("--only", default=WORKLOADS)
    parser.add_argument("--step", type=int, default=4)
    parser.add_argument("--functions", type=int, default=0)
    options = parser.parse_args()
    print(f"{'million instructions':<22}" + "".join(f"{f'program {i + 1}':>12}" for i in range(len(options.programs))))
    for workload in options.only.split(","):
        found = [functions(profile(program, workload, options.step)) for program in options.programs]
        counts = [sum(own.values()) for own in found]
        print(f"{workload:<22}" + "".join(f"{count / 1e6:>12.4g}" for count in counts)
              + "".join(f"{count / counts[0]:>8.3f}" for count in counts[1:]), flush=True)
        for i, own in enumerate(found if options.functions else []):
            print(f"  program {i + 1}")
            for name, count in own.most_common(options.functions):
                print(f"{count / 1e6:>12.4g} {count / counts[i]:>7.1%}  {name[:100]}")


main()
