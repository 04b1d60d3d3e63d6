"""Files of word vectors and an .npz, read by cornu, beside what the system alone needs for their bytes and, for a text,
beside gensim's reader, in one run.

    ./tests/run --benchmarks -- --benchmark_filter=none
    python3 tests/benchmarks/reading.py build/release/cornu_benchmarks [PAIRS] [FOLDER]

Makes the files in FOLDER (the current one), so that they lie in the page cache, and takes turns, PAIRS times (10):

    cat        read() into one buffer of 128 KiB, again and again, in a program that does nothing else
    cat(1)     cat FILE > /dev/null with its start and end
    fresh      read() into new memory as large as the file, in huge pages: what any reader needs that keeps what it reads
    vectors    explore::read_vectors of word2vec's binary format, 200,000 vectors of 300 numbers
    npz        read_npz of as many numbers, stored
    text       explore::read_vectors of a GloVe file, 40,000 vectors of 100 numbers
    gensim     KeyedVectors.load_word2vec_format of that file, where gensim is installed; the first three times

Each is the first of its process. Prints medians on the clock and of the CPU (user and system), and the speed
relative to another one: the median of the ratios of a turn. The last column is the peak of the program's memory beyond the
numbers that it keeps.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from array import array

ROWS, COLUMNS = 200_000, 300
TEXT_ROWS, TEXT_COLUMNS = 40_000, 100
PROGRAM = os.path.abspath(sys.argv[1])
PAIRS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
GENSIM_PAIRS = min(PAIRS, 3)
os.environ["OPENBLAS_NUM_THREADS"] = "1"


def some_rows():
    generator = random.Random(0)
    return [array("f", [generator.gauss(0, 0.3) for _ in range(COLUMNS)]) for _ in range(100)]


def make_binary(rows):
    with open("vectors.bin", "wb") as file:
        file.write(b"%d %d\n" % (ROWS, COLUMNS))
        for row in range(ROWS):
            file.write(b"word%d " % row + rows[row % 100].tobytes() + b"\n")


def make_npz(rows):
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (ROWS, COLUMNS)
    header += b" " * (117 - len(header)) + b"\n"
    with zipfile.ZipFile("arrays.npz", "w") as archive, archive.open("table.npy", "w") as member:
        member.write(b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header)
        for _ in range(ROWS // 100):
            member.write(b"".join(row.tobytes() for row in rows))


def make_text(rows):
    texts = [" ".join(f"{number:.6f}" for number in row[:TEXT_COLUMNS]) for row in rows]
    with open("vectors.txt", "w") as file:
        for row in range(TEXT_ROWS):
            file.write(f"word{row} {texts[row % 100]}\n")


def program(what, path):
    run = subprocess.run([PROGRAM, "--read", what, path], capture_output=True, text=True, check=True)
    return tuple(map(float, run.stdout.split()))


def cat(path):
    before, start = os.times(), time.perf_counter()
    with open(os.devnull, "wb") as nowhere:
        subprocess.run(["cat", path], stdout=nowhere, check=True)
    after = os.times()
    return time.perf_counter() - start, sum(after[2:4]) - sum(before[2:4]), 0


def gensim():
    code = (
        "import time; from gensim.models import KeyedVectors; start, cpu = time.perf_counter(), time.process_time();"
        "KeyedVectors.load_word2vec_format('vectors.txt', no_header=True);"
        "print(time.perf_counter() - start, time.process_time() - cpu, 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return tuple(map(float, run.stdout.split())) if run.returncode == 0 else None


def report(what, runs, others, kept=None):
    wall, cpu = (statistics.median(run[kind] * 1e3 for run in runs) for kind in (0, 1))
    ratios = [statistics.median(b[kind] / a[kind] for a, b in zip(runs, others) if a[kind] > 0) for kind in (0, 1)]
    beyond = f"{(max(run[2] for run in runs) - kept) / 1e6:6.0f} MB" if kept else ""
    print(f"{what:<22} {wall:8.1f} ms  CPU {cpu:8.1f} ms   {ratios[0]:6.2f}  CPU {ratios[1]:6.2f} {beyond}")


def measure(path, what, kept):
    cats, shells, fresh, ours = [], [], [], []
    for _ in range(PAIRS):
        cats.append(program("cat", path))
        fresh.append(program("fresh", path))
        ours.append(program(what, path))
        shells.append(cat(path))
    print(f"{path}, {os.path.getsize(path) / 1e6:.0f} MB; speed relative to cat")
    report("  cat", cats, cats)
    report("  cat(1)", shells, cats)
    report("  fresh", fresh, cats)
    report("  cornu", ours, cats, kept)
    report("  cornu, to fresh", ours, fresh)


def measure_text():
    ours, theirs = [], []
    for pair in range(PAIRS):
        ours.append(program("vectors", "vectors.txt"))
        theirs.append(gensim() if pair < GENSIM_PAIRS else None)
    theirs = [run for run in theirs if run]
    print(f"vectors.txt, {os.path.getsize('vectors.txt') / 1e6:.0f} MB; speed relative to gensim")
    report("  cornu", ours, theirs or ours, 4 * TEXT_ROWS * TEXT_COLUMNS)
    report("  gensim", theirs, theirs) if theirs else print("  gensim is not installed here")


with tempfile.TemporaryDirectory(dir=sys.argv[3] if len(sys.argv) > 3 else ".") as folder:
    os.chdir(folder)
    for make in (make_binary, make_npz, make_text):
        make(some_rows())
    print(f"{PAIRS} turns, {os.cpu_count()} processors")
    measure("vectors.bin", "vectors", 4 * ROWS * COLUMNS)
    measure("arrays.npz", "npz", 4 * ROWS * COLUMNS)
    measure_text()
    os.chdir("/")
