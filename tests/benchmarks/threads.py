"""The workloads of workloads.cpp with several numbers of threads, in turns in one run.

    ./tests/run --benchmarks -- --threads 1,2 [--turns 5] [--only W2,W4]

Prints for each workload the milliseconds of a step with the first number of threads (the least of all turns), and for each
other number its wall time and its CPU seconds in all threads, as parts of the first one's: the median over the turns.
The last column is the part of the first one's time that other threads do not shorten (Amdahl), from the first two numbers.
"""

import argparse
import json
import os
import statistics
import subprocess

WORKLOADS = "W1s/64,W1s/256,W2,W3,W4,W4gru,W4lengths,W4both,W5,W6,W6drop,W9,W7all,W6all,W9all"


def run(program, workload, threads):
    """Wall and CPU seconds of a step."""
    command = [program, f"--benchmark_filter=^{workload}$", "--benchmark_format=json", "--benchmark_min_time=0.5"]
    environment = dict(os.environ, CORNU_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS="1")
    found = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    one = found["benchmarks"][0]
    return one["step"] * one["real_time"] / one["cpu_time"], one["all"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--only", default=WORKLOADS)
    options = parser.parse_args()
    numbers = [int(number) for number in options.threads.split(",")]
    print(f"{'':<8} {f'{numbers[0]} thread(s), ms':>17}" + "".join(f"{f'{n}: wall':>12}{'CPU':>7}" for n in numbers[1:])
          + f"{'serial':>9}")
    for workload in options.only.split(","):
        turns = [[run(options.program, workload, number) for number in numbers] for _ in range(options.turns)]
        parts = [
            [statistics.median(turn[i][k] / turn[0][k] for turn in turns) for k in (0, 1)] for i in range(1, len(numbers))
        ]
        line = f"{workload:<8} {min(turn[0][0] for turn in turns) * 1e3:>17.4g}"
        line += "".join(f"{wall:>12.2f}{cpu:>7.2f}" for wall, cpu in parts)
        if parts and numbers[0] == 1:
            line += f"{max(0.0, (parts[0][0] * numbers[1] - 1) / (numbers[1] - 1)):>9.2f}"
        print(line, flush=True)


main()
