"""What is in a file that Keras or cornu wrote, read with h5py and zipfile alone."""

import io
import json
import pathlib
import zipfile

import h5py
import numpy as np
from ml_dtypes import bfloat16


def as_numbers(dataset):
    """The array; Keras keeps bfloat16 as 2 opaque bytes with an attribute that says so."""
    value = dataset[()]
    if dataset.attrs.get("dtype") == "bfloat16":
        return np.asarray(value).view(bfloat16)
    return np.asarray(value)


def arrays_of(stream, prefix=""):
    """Path of each dataset of an HDF5 file, and its array."""
    found = {}
    with h5py.File(stream, "r") as file:

        def visit(path, item):
            if isinstance(item, h5py.Dataset):
                found[path] = as_numbers(item)

        file.visititems(visit)
    return {path: value for path, value in sorted(found.items()) if path.startswith(prefix)}


def arrays(path, prefix=""):
    """Of a .keras file, of its folder form, of .weights.h5 or of a .weights.json with its shards."""
    path = pathlib.Path(path)
    if path.is_dir():
        return arrays(path / "model.weights.h5", prefix)
    if path.suffix == ".json":
        shards = sorted({name for names in json.loads(path.read_text())["weight_map"].values() for name in names})
        return {k: v for shard in shards for k, v in arrays_of(path.parent / shard, prefix).items()}
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            return arrays_of(io.BytesIO(archive.read("model.weights.h5")), prefix)
    return arrays_of(path, prefix)


def config(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))


def datasets_in_order(named):
    """vars/2 before vars/10."""
    return dict(sorted(named.items(), key=lambda item: [int(p) if p.isdigit() else p for p in item[0].split("/")]))
