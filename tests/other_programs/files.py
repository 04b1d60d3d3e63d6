"""files.py make FOLDER: other people's programs write FOLDER/theirs.
files.py compare FOLDER: they read FOLDER/ours, what cornu made of it (main.cpp), and hold it to what they wrote."""

import importlib.metadata
import pathlib
import sys

import gensim
import ml_dtypes
import numpy as np
import safetensors
import safetensors.numpy
import safetensors.torch
import torch
from fasttext_pybind import Vector, args, fasttext, loss_name, model_name, train

WORDS = ["the", "naïve", "日本", "don't", "n.01", "7", "-0.5", "</s>", "🐚"] + [f"w{i}" for i in range(500)]


def as_bits(array):
    array = np.ascontiguousarray(array)
    return array.dtype.str, array.shape, array.tobytes()


def require(condition, what):
    if not condition:
        raise ValueError(what)


# ── word vectors ──────────────────────────────────────────────────────────────────────────────────────────────────────


def vector_values():
    """All powers of two that float32 has, numbers below the smallest normal one, zeros with a sign."""
    rng = np.random.default_rng(1)
    values = rng.normal(size=(len(WORDS), 7)).astype(np.float32)
    values[100:400] *= np.exp2(rng.integers(-149, 126, (300, 7))).astype(np.float32)
    values[0] = [0.0, -0.0, 1e-45, np.finfo(np.float32).max, np.finfo(np.float32).tiny, 16777217, 0.1]
    return values


def make_vectors(folder):
    vectors = gensim.models.KeyedVectors(7)
    vectors.add_vectors(WORDS, vector_values())
    vectors.save_word2vec_format(folder / "binary", binary=True)
    vectors.save_word2vec_format(folder / "text", binary=False)


def read_by_fasttext(path):
    """The vectors that a training begins with, which ends before its first step."""
    text = path.with_suffix(".words")
    text.write_text("__label__1 " + " ".join(word for word in WORDS if word != "</s>") + "\n", encoding="utf-8")
    options = args()
    options.input, options.pretrainedVectors = str(text), str(path)
    options.dim, options.minCount, options.epoch, options.thread, options.verbose = 7, 1, 0, 1, 0
    options.bucket, options.minn, options.maxn, options.wordNgrams = 0, 0, 0, 1
    options.model, options.loss = model_name.supervised, loss_name.softmax
    model = fasttext()
    train(model, options)
    vector, rows = Vector(7), []
    for word in WORDS:
        model.getWordVector(vector, word)
        rows.append(np.array(vector, np.float32))
    return np.array(rows)


def compare_vectors(folder):
    expected = vector_values()
    count = 0
    for name in ("binary", "text"):
        for suffix, options in (("bin", {"binary": True}), ("vec", {}), ("glove", {"no_header": True})):
            read = gensim.models.KeyedVectors.load_word2vec_format(folder / f"{name}.{suffix}", **options)
            require(read.index_to_key == WORDS, f"{name}.{suffix}: other words")
            require(as_bits(read.vectors) == as_bits(expected), f"{name}.{suffix}: other bits")
            count += 1
        got = read_by_fasttext(folder / f"{name}.vec")
        different = [WORDS[i] for i in range(len(WORDS)) if not np.array_equal(got[i], expected[i])]
        require(different == [], f"{name}.vec in fastText: other numbers for {different[:5]}")
        count += 1
    return count


# ── NumPy's archives ──────────────────────────────────────────────────────────────────────────────────────────────────

# The dtype of an array, and that in which it comes back.
READ = {"<f4": "<f4", "<f8": "<f8", "<i4": "<i4", "<i8": "<i8", "|b1": "|b1", "<f2": "<f4", "|i1": "<i4", "<i2": "<i4",
        "|u1": "<i4", "<u2": "<i4", "<u4": "<i8", "<u8": "<i8", ">f2": "<f4", ">f4": "<f4", ">f8": "<f8", ">i2": "<i4",
        ">i4": "<i4", ">i8": "<i8", ">u2": "<i4", ">u4": "<i8", ">u8": "<i8", "float8_e5m2": "<f4"}
REFUSED = ["<f16", "<c8", "<U3", "|S3", "<M8[s]", "bfloat16", "float8_e4m3fn", "pairs"]


def array_of(description):
    numbers = np.arange(12).reshape(3, 4) - (0 if description[1:2] == "u" else 3)
    if description == "pairs":
        return np.zeros(3, [("a", "<f4"), ("b", "<i4")])
    if description in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        return numbers.astype(getattr(ml_dtypes, description))
    return numbers.astype(np.int64 if description.startswith("<M") else description).astype(description)


def arrays_of(description):
    array = array_of(description)
    return {"rows": array, "fortran": np.asfortranarray(array), "none": array[:0], "scalar": array.reshape(-1)[0],
            "turned": array.T, "every second": array[::2], "größe/7": array.reshape((-1,) + (1,) * 5)}


def make_arrays(folder):
    for i, description in enumerate(READ):
        np.savez(folder / f"read-{i}-stored.npz", **arrays_of(description))
        np.savez_compressed(folder / f"read-{i}-deflated.npz", **arrays_of(description))
    for i, description in enumerate(REFUSED):
        np.savez(folder / f"refused-{i}.npz", x=array_of(description))


def compare_read(folder, i, description):
    count = 0
    expected = arrays_of(description)
    for how in ("stored", "deflated"):
        for way in ("copied.stored", "copied.deflated", "mapped.stored", "mapped.deflated"):
            with np.load(folder / f"read-{i}-{how}.{way}.npz", allow_pickle=False) as archive:
                require(list(archive) == list(expected), f"{description}, {how}, {way}: other names")
                for name, array in expected.items():
                    wide = array.astype(READ[description])
                    require(as_bits(archive[name]) == as_bits(wide), f"{description}, {how}, {way}: other bits in {name}")
            count += 1
    return count


def compare_arrays(folder):
    count = sum(compare_read(folder, i, description) for i, description in enumerate(READ))
    for i, description in enumerate(REFUSED):
        stored = array_of(description).dtype
        for way in ("copied", "mapped"):
            error = (folder / f"refused-{i}.{way}.error").read_text()
            named = "not a header of numpy.save" if stored.fields else f"dtype '{np.lib.format.dtype_to_descr(stored)}'"
            require("/x.npy'" in error and named in error, f"{description}: {error}")
            count += 1
    return count


# ── safetensors ───────────────────────────────────────────────────────────────────────────────────────────────────────

TENSOR_DTYPES = {torch.float16: np.float32, torch.bfloat16: np.float32, torch.float32: np.float32, torch.float64: np.float64,
                 torch.int8: np.int32, torch.uint8: np.int32, torch.int16: np.int32, torch.uint16: np.int32,
                 torch.int32: np.int32, torch.uint32: np.int64, torch.int64: np.int64, torch.uint64: np.int64,
                 torch.bool: np.bool_,
                 torch.float8_e4m3fn: np.float32, torch.float8_e5m2: np.float32}
FLOAT8 = (torch.float8_e4m3fn, torch.float8_e5m2)
REFUSED_TENSORS = [torch.complex64]
METADATA = {"format": "pt", "ключ": "\"значение\"\n"}


def tensors_of(dtype):
    if dtype in (torch.float16, torch.bfloat16):  # every number of 16 bits but NaN
        all_bits = torch.arange(65536, dtype=torch.int32).to(torch.uint16).view(dtype)
        return {"x": all_bits[~torch.isnan(all_bits)], "none": all_bits[:0].reshape(0, 3), "scalar": all_bits[15360]}
    if dtype in FLOAT8:  # every number but NaN
        all_bits = torch.arange(256, dtype=torch.int32).to(torch.uint8).view(dtype)
        numbers = all_bits[~torch.isnan(all_bits.float())]
        return {"x": numbers, "none": all_bits[:0].reshape(0, 3), "scalar": all_bits[60]}
    if dtype.is_floating_point:
        x = torch.from_numpy(np.random.default_rng(2).normal(size=(5, 3, 2))).to(dtype)
    elif dtype == torch.bool:
        x = torch.tensor([True, False, True])
    else:
        limits = torch.iinfo(dtype)
        x = torch.tensor([limits.min, 1, min(limits.max, 2**63 - 1)], dtype=dtype)
    return {"x": x, "none": x[:0], "scalar": x.reshape(-1)[0].clone()}


def title(dtype):
    return str(dtype).removeprefix("torch.")


def make_safetensors(folder):
    for dtype in TENSOR_DTYPES:
        safetensors.torch.save_file(tensors_of(dtype), folder / f"{title(dtype)}.safetensors", metadata=METADATA)
    for dtype in REFUSED_TENSORS:
        safetensors.torch.save_file({"x": torch.zeros(3).to(dtype)}, folder / f"{title(dtype)}.safetensors")


def same_tensor(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.contiguous().reshape(-1).view(torch.uint8).equal(
        b.contiguous().reshape(-1).view(torch.uint8))


def compare_tensors(folder, dtype):
    name = title(dtype)
    expected = tensors_of(dtype)
    with safetensors.safe_open(folder / f"{name}.float32", "np") as file:
        require(file.metadata() == METADATA, f"{name}: other metadata")
        require(sorted(file.keys()) == sorted(expected), f"{name}: other names")
    read = safetensors.numpy.load_file(folder / f"{name}.float32")
    for key, tensor in expected.items():
        wide = tensor.float() if dtype == torch.bfloat16 or dtype in FLOAT8 else tensor
        require(as_bits(read[key]) == as_bits(wide.numpy().astype(TENSOR_DTYPES[dtype])), f"{name}: other bits in {key}")
    count = 1
    for small in (torch.float16, torch.bfloat16):
        if TENSOR_DTYPES[dtype] != np.float32 or (dtype, small) == (torch.bfloat16, torch.float16):
            continue
        got = safetensors.torch.load_file(folder / f"{name}.{title(small)}")
        for key, tensor in expected.items():
            require(same_tensor(got[key], tensor.to(small)), f"{name} as {title(small)}: other bits in {key}")
        count += 1
    return count


def compare_safetensors(folder):
    count = sum(compare_tensors(folder, dtype) for dtype in TENSOR_DTYPES)
    for dtype in REFUSED_TENSORS:
        error = (folder / f"{title(dtype)}.error").read_text()
        require("'x': dtype '" in error, error)
        count += 1
    error = (folder / "bfloat16.error").read_text()  # most of its numbers are beyond float16
    require("is too large for F16" in error, error)
    return count + 1


# ── weights of PyTorch ────────────────────────────────────────────────────────────────────────────────────────────────


class TextModel(torch.nn.Module):
    def __init__(self, recurrent, width, units, bias=True, **options):
        super().__init__()
        self.table = torch.nn.Embedding(50, width)
        self.encoder = recurrent(width, units, batch_first=True, bias=bias, **options)
        self.head = torch.nn.Linear(units * (1 + options.get("bidirectional", False)), 3, bias=bias)

    def forward(self, ids):
        return self.head(self.encoder(self.table(ids))[0])


def text_models():
    torch.manual_seed(3)
    ids = np.random.default_rng(4).integers(0, 50, (6, 20)).astype(np.int32)
    for recurrent in (torch.nn.LSTM, torch.nn.GRU):
        for width, units in ((1, 1), (4, 3), (16, 33), (50, 64)):
            for options in ({}, {"bias": False}, {"bidirectional": True}, {"num_layers": 2},
                            {"num_layers": 2, "bidirectional": True}):
                name = "-".join([recurrent.__name__, str(width), str(units), *options])
                yield name, TextModel(recurrent, width, units, **options), ids


def make_torch(folder):
    for name, model, ids in text_models():
        (folder / name).mkdir()
        safetensors.torch.save_file(model.state_dict(), folder / name / "state.safetensors")
        np.savez(folder / name / "ids.npz", ids=ids)


def compare_torch(folder):
    largest, count = 0.0, 0
    for name, model, ids in text_models():
        with torch.no_grad():
            expected = model(torch.from_numpy(ids)).numpy()
        got = np.load(folder / f"{name}.npz")["y"]
        require(got.shape == expected.shape, f"{name}: the shape is {got.shape}")
        apart = float((np.abs(got - expected) / np.maximum(1, np.abs(expected))).max())
        require(apart <= 1e-6, f"{name}: differs by {apart:.1e}")
        largest, count = max(largest, apart), count + 1
    print(f"  PyTorch's weights: the largest difference {largest:.1e}")
    return count


KINDS = {"vectors": (make_vectors, compare_vectors), "arrays": (make_arrays, compare_arrays),
         "safetensors": (make_safetensors, compare_safetensors), "torch": (make_torch, compare_torch)}


def main():
    action, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    failed = 0
    for kind, (make, compare) in KINDS.items():
        if action == "make":
            (folder / "theirs" / kind).mkdir(parents=True)
            make(folder / "theirs" / kind)
            continue
        try:
            print(f"{kind}: {compare(folder / 'ours' / kind)} comparisons passed")
        except (ValueError, OSError) as error:
            print(f"{kind}: {error}")
            failed += 1
    packages = ("numpy", "gensim", "fasttext-wheel", "safetensors", "torch")
    print(", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
