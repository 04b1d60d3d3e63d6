"""Files that hold their numbers in another way: other dtypes, LoRA, quantised weights, weights alone."""

from case import WORDS, Case, keras, momentum, sgd

L = keras.layers


def words():
    return [L.Embedding(WORDS, 3, mask_zero=True), L.GRU(2), L.Dense(2, "tanh"), L.Dense(1)]


def dense():
    return [L.Dense(3, "tanh"), L.Dense(1)]


def table():
    return [L.Embedding(WORDS, 3), L.Flatten(), L.Dense(3, "tanh")]


def stored(**options):
    """A model whose file is what matters, not its training."""
    return Case(table, y="target3", optimizer=sgd, trains=False, **options)


def nested():
    x = L.Input((3,))
    inner = keras.Sequential([L.Input((3,)), L.Dense(3, "tanh"), L.Dense(2)])
    return keras.Model(x, L.Dense(1)(inner(x)))


def lora(model):
    for layer in model.layers:
        if hasattr(layer, "enable_lora"):
            layer.enable_lora(2)


def quantize(mode):
    return lambda model: model.quantize(mode)


def quantize_int4(block_size):
    def change(model):
        model.quantize(config=keras.quantizers.Int4QuantizationConfig(block_size=block_size))

    return change


CASES = {
    "float64_dense": Case(dense, "features", dtype="float64"),
    "float64_words": Case(words, dtype="float64", optimizer=momentum),
    "bfloat16": stored(dtype="bfloat16", limit=2e-2),
    "float16": stored(dtype="float16", limit=5e-3),
    "mixed_bfloat16": stored(dtype="mixed_bfloat16", limit=2e-2),
    "mixed_float16": Case(
        dense, "features", optimizer=momentum, dtype="mixed_float16", trains=False, limit=5e-3, forgets="the loss scale"
    ),
    "lora": stored(after=lora),
    "int8": stored(after=quantize("int8"), limit=2e-2),
    "int4": stored(after=quantize_int4(128)),
    "int4_per_channel": stored(after=quantize_int4(-1)),
    "weights_dense": Case(dense, "features", weights="plain"),
    "weights_words": Case(words, weights="plain", optimizer=momentum),
    "weights_nested": Case(nested, "features", weights="plain"),
    "weights_sharded": Case(words, weights="sharded", optimizer=momentum),
}
