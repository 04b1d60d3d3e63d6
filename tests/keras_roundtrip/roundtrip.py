"""What ./run calls: makes the files, plays the trip for each case of this backend, prints the table."""

import argparse
import pathlib
import shutil
import sys

import environment
import expected
import faults
import models
from program import KerasItself, Program
from trip import STAGES, Trip


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=pathlib.Path, required=True)
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--program")
    parser.add_argument("--keras-only", action="store_true")
    parser.add_argument("--proof", action="store_true")
    parser.add_argument("cases", nargs="*")
    return parser.parse_args()


def chosen(names):
    """The cases of this backend whose names begin with one of those given."""
    return [case for case in models.of_this_backend() if not names or any(case.name.startswith(name) for name in names)]


def make_missing(case, folder, again):
    done = folder / "made_with.txt"
    if done.exists() and done.read_text() == environment.versions() and not again:
        return
    shutil.rmtree(folder, ignore_errors=True)
    expected.make(case, folder)
    done.write_text(environment.versions())


def cell(results, stage):
    if stage not in results:
        return ""
    value = results[stage]
    return "FAILED" if isinstance(value, str) else "ok" if value is None or value == 0 else f"{value:.0e}"


def line(name, cells):
    return f"{name:<40}" + "".join(f"{text:>10}" for text in cells)


def run_case(case, options, player):
    """Prints its line and gives whether it passed."""
    folder = options.files / case.name
    try:
        make_missing(case, folder, options.again)
    except Exception as error:
        print(f"{case.name}: Keras cannot make it: {type(error).__name__}: {error}", flush=True)
        return False
    if options.make:
        print(case.name, flush=True)
        return True
    results = Trip(case, folder, player).run()
    print(line(case.name, [cell(results, stage) for stage in STAGES]), flush=True)
    failures = {stage: text for stage, text in results.items() if isinstance(text, str)}
    for stage, text in failures.items():
        print(f"    {stage}: {text}", flush=True)
    return not failures


def prove(options):
    """Each fault must fail the stage that proofs name, and none before it."""
    found = 0
    for fault, (name, stage) in faults.PROOFS.items():
        case, folder = models.CASES[name], options.files / name
        make_missing(case, folder, options.again)
        results = Trip(case, folder, KerasItself(fault)).run()
        failed = [stage for stage, result in results.items() if isinstance(result, str)]
        found += failed[:1] == [stage]
        print(
            f"{fault}: {stage}: {results.get(stage) if failed[:1] == [stage] else f'NOT FOUND, but {results}'}", flush=True
        )
    print(f"{found} passed, {len(faults.PROOFS) - found} failed")
    sys.exit(found < len(faults.PROOFS))


def main():
    options = arguments()
    options.files.mkdir(parents=True, exist_ok=True)
    if options.proof:
        prove(options)
    cases = chosen(options.cases)
    if options.keras_only:
        cases = [case for case in cases if not case.refused]
    if not options.make and cases:
        print(line(f"on {environment.BACKEND}", STAGES), flush=True)
    player = Program(options.program, options.files) if options.program else KerasItself()
    passed = sum(run_case(case, options, player) for case in cases)
    print(f"{passed} passed, {len(cases) - passed} failed")
    sys.exit(passed < len(cases))


main()
