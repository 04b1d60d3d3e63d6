"""How far two results are apart; a Difference is raised where they cannot be compared or are too far."""

import json
import re

import files
import numpy as np

PREDICTIONS, TRAINING = 1e-5, 2e-4


class Difference(Exception):
    pass


def require(holds, text):
    if not holds:
        raise Difference(text)


def distance(actual, expected, what):
    """The largest difference, as a part of the largest number expected; NaN and inf must stand at the same places."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    require(actual.shape == expected.shape, f"{what}: shape {actual.shape}, expected {expected.shape}")
    if expected.size == 0:
        return 0.0
    actual, expected = actual.astype("float64"), expected.astype("float64")
    same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    require((np.isfinite(actual) | same).all(), f"{what}: not finite: {actual.ravel()[:4]}")
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=0)
    furthest = np.abs(np.where(same, 0, actual - expected)).max()
    return furthest if furthest == 0 else furthest / max(largest, 1e-30)


def close(actual, expected, limit, what):
    far = distance(actual, expected, what)
    require(far <= limit, f"{what}: differs by {far:.1e}, more than {limit:.0e}")
    return far


def lists_close(actual, expected, limit, what):
    require(len(actual) == len(expected), f"{what}: {len(actual)} arrays, expected {len(expected)}")
    return max((close(a, e, limit, f"{what} {i}") for i, (a, e) in enumerate(zip(actual, expected))), default=0.0)


def figures_close(actual, expected, limit, ignore, what):
    """Of evaluate, or a history: one number or one an epoch for each name."""
    counted = [name for name in expected if name.removeprefix("val_") not in ignore]
    require(set(actual) == set(expected), f"{what}: figures {sorted(actual)}, expected {sorted(expected)}")
    return max(close(actual[name], expected[name], limit, f"{what} {name}") for name in counted)


def parameter_counts(summary):
    """Trainable and non-trainable parameters of a summary in Keras's words."""
    found = {}
    for line in summary.splitlines():
        line = re.sub(r"\x1b\[[0-9;]*m", "", line)
        match = re.search(r"(Trainable|Non-trainable) params: ([\d,]+)", line)
        if match:
            found[match[1]] = int(match[2].replace(",", ""))
    return found


def same_counts(actual, expected):
    actual, expected = parameter_counts(actual), parameter_counts(expected)
    require(actual == expected, f"summary: {actual}, expected {expected}")
    return 0.0


def without_addresses(value):
    """A config without the numbers by which Keras recognises shared objects: they are addresses."""
    if isinstance(value, dict):
        return {k: without_addresses(v) for k, v in value.items() if k != "shared_object_id"}
    return [without_addresses(v) for v in value] if isinstance(value, (list, tuple)) else value


def config_of(model):
    whole = {"model": model.get_config(), "compile": model.get_compile_config()}
    return without_addresses(json.loads(json.dumps(whole, default=str)))


def first_difference(actual, expected, path="config"):
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in sorted(expected.keys() | actual.keys()):
            if key not in actual or key not in expected:
                return f"{path}.{key} is {'missing' if key not in actual else 'new'}"
            found = first_difference(actual[key], expected[key], f"{path}.{key}")
            if found:
                return found
    elif isinstance(expected, list) and isinstance(actual, list) and len(actual) == len(expected):
        for i, pair in enumerate(zip(actual, expected)):
            found = first_difference(*pair, f"{path}[{i}]")
            if found:
                return found
    elif actual != expected:
        return f"{path}: {actual!r}, expected {expected!r}"
    return None


def same_config(actual, expected):
    found = first_difference(config_of(actual), config_of(expected))
    require(found is None, found)


def kind(array):
    """Any integer type serves for a counter."""
    return "integer" if array.dtype.kind in "iu" and array.ndim == 0 else array.dtype.name


def same_file(actual, expected):
    """The same arrays at the same paths; what stands in a group cornu is cornu's own. Gives the largest difference."""
    ours = {k: v for k, v in files.arrays(actual).items() if not k.startswith("cornu/")}
    theirs = files.arrays(expected)
    require(ours.keys() == theirs.keys(), f"paths in the file: {sorted(ours.keys() ^ theirs.keys())} on one side alone")
    for path, array in theirs.items():
        require(kind(ours[path]) == kind(array), f"{path}: {ours[path].dtype}, expected {array.dtype}")
    return max((close(ours[k], v, TRAINING, k) for k, v in theirs.items()), default=0.0)
