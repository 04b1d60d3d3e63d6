"""A table of 100 MB in a .keras file, loaded and saved by cornu, beside NumPy's .npy file of as many bytes, in one run.

    ./tests/run --benchmarks -- --benchmark_filter=none
    python3 tests/benchmarks/files.py build/release/cornu_benchmarks [PAIRS] [FOLDER]

Takes turns, PAIRS times (10): numpy.load and a copy, load_model, load_model with memory_map, numpy.save and fsync, save.
Each load and save of cornu is the first of its process. Files lie in FOLDER (the current one) and in the page cache.
Prints median and minimum in milliseconds, on the clock and of the CPU (user and system), and their ratios to NumPy's.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

ROWS, COLUMNS = 400_000, 64
PROGRAM = os.path.abspath(sys.argv[1])
PAIRS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
os.environ["OPENBLAS_NUM_THREADS"] = "1"


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def numpy_load():
    np.load("table.npy").copy()


def numpy_save(table):
    with open("again.npy", "wb") as file:
        np.save(file, table)
        file.flush()
        os.fsync(file.fileno())


def cornu(what):
    run = subprocess.run([PROGRAM, "--file", what, "model.keras"], capture_output=True, text=True, check=True)
    return tuple(map(float, run.stdout.split()))


def report(what, ours, theirs):
    for kind, clock in enumerate(("wall", "cpu")):
        a, b = [pair[kind] * 1e3 for pair in ours], [pair[kind] * 1e3 for pair in theirs]
        middle, least = (statistics.median(a), statistics.median(b)), (min(a), min(b))
        print(
            f"{what:<24} {clock:<5} median {middle[0]:7.1f} / {middle[1]:7.1f} ms = {middle[0] / middle[1]:4.2f}   "
            f"minimum {least[0]:7.1f} / {least[1]:7.1f} ms = {least[0] / least[1]:4.2f}"
        )


with tempfile.TemporaryDirectory(dir=sys.argv[3] if len(sys.argv) > 3 else ".") as folder:
    os.chdir(folder)
    table = np.random.default_rng(0).random((ROWS, COLUMNS), dtype=np.float32)
    np.save("table.npy", table)
    cornu("make")
    loads, copies, maps, saves, stores = [], [], [], [], []
    for _ in range(PAIRS):
        copies.append(timed(numpy_load))
        loads.append(cornu("load"))
        maps.append(cornu("map"))
        stores.append(timed(lambda: numpy_save(table)))
        saves.append(cornu("save"))
    os.chdir("/")

print(f"cornu / numpy {np.__version__}, {PAIRS} pairs")
report("load_model / load, copy", loads, copies)
report("mapped / load, copy", maps, copies)
report("save / save, fsync", saves, stores)
