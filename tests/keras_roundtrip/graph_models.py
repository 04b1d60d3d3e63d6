"""Functional models: shared layers, nested models, several inputs and outputs, masks, calls with arguments.

No layer is shared between a model and another one inside it: Keras 3.15.1 writes such a file and cannot read it.
"""

from case import WORDS, Case, keras, momentum, sgd

L = keras.layers


def words(name=None, length=4):
    return L.Input((length,), dtype="int32", name=name)


def table(**options):
    return L.Embedding(WORDS, 3, **options)


def two_inputs():
    a, b = L.Input((3,), name="a"), L.Input((2,), name="b")
    joined = L.Concatenate()([L.Dense(2, "tanh")(a), b])
    return keras.Model([a, b], L.Dense(1)(joined))


def shared_layer():
    a, b = words("a"), words("b", 3)
    embedding = table(mask_zero=True)
    pool = L.GlobalAveragePooling1D()
    return keras.Model([a, b], L.Dense(1)(L.Concatenate()([pool(embedding(a)), pool(embedding(b))])))


def shared_dense_three_times():
    x = L.Input((3,))
    dense = L.Dense(3, "tanh")
    return keras.Model(x, L.Dense(1)(L.Add()([dense(x), dense(dense(x))])))


def two_outputs():
    x = words("x")
    embedded = table(mask_zero=True, name="table")(x)
    label = L.Dense(1, "sigmoid", name="label")(L.GlobalAveragePooling1D()(embedded))
    tags = L.Dense(3, "softmax", name="tags")(embedded)
    return keras.Model(x, [label, tags])


def dictionaries():
    a, b = L.Input((3,), name="features"), L.Input((3,), name="other_features")
    outputs = {"first": L.Dense(1, name="d1")(a), "second": L.Dense(2, name="d2")(L.Add()([a, b]))}
    return keras.Model({"features": a, "other_features": b}, outputs)


def nested_sequential():
    x = L.Input((3,))
    block = keras.Sequential([L.Input((3,)), L.Dense(2, "tanh"), L.Dense(3)], name="my_block")
    return keras.Model(x, L.Dense(1)(L.Dense(2)(block(x))))


def nested_functional(name="inner"):
    a = L.Input((3,))
    return keras.Model(a, L.Add()([L.Dense(3, "tanh")(a), a]), name=name)


def nested_shared():
    x, y = L.Input((3,)), L.Input((3,))
    inner = nested_functional()
    return keras.Model([x, y], L.Dense(1)(L.Multiply()([inner(x), inner(y)])))


def nested_in_sequential():
    return keras.Sequential([L.Input((3,)), nested_functional(), keras.Sequential([L.Dense(2)]), L.Dense(1)])


def nested_several():
    a, b = L.Input((3,)), L.Input((3,))
    inner = keras.Model([a, b], [L.Add()([a, b]), L.Dense(2)(a)], name="inner")
    x, y = L.Input((3,)), L.Input((3,))
    total, two = inner([x, y])
    return keras.Model([x, y], L.Dense(1)(L.Concatenate()([total, two])))


def masked_lstm():
    x = words()
    return keras.Model(x, L.Dense(1)(L.LSTM(2)(table(mask_zero=True)(x))))


def masked_through():
    x = words()
    sequence = L.Dropout(0.0)(L.GRU(2, return_sequences=True)(table(mask_zero=True)(x)))
    return keras.Model(x, L.Dense(1)(L.GlobalAveragePooling1D()(L.Activation("tanh")(sequence))))


def masked_concatenation():
    a, b = words("a"), L.Input((4, 3), name="b")
    joined = L.Concatenate()([table(mask_zero=True)(a), b])
    return keras.Model([a, b], L.Dense(1)(L.SimpleRNN(2)(joined)))


def masked_time_concatenation():
    a, b = words("a"), words("b", 3)
    joined = L.Concatenate(axis=1)([table(mask_zero=True)(a), table()(b)])
    return keras.Model([a, b], L.Dense(1)(L.LSTM(2)(joined)))


def masked_behind():
    """The ops of the mask stand between its table and the outputs, so Keras counts that table before the other one."""
    a, b = words("a"), words("b")
    joined = L.Concatenate()([table()(a), table(mask_zero=True)(b)])
    return keras.Model([a, b], L.Dense(1)(L.LSTM(2)(joined)))


def masked_sum():
    a, b = words("a"), words("b")
    joined = L.Add()([table(mask_zero=True)(a), table(mask_zero=True)(b)])
    return keras.Model([a, b], L.Dense(1)(L.GlobalAveragePooling1D()(joined)))


def mask_given():
    x, values = words("ids"), L.Input((4, 3), name="values")
    embedding = table(mask_zero=True)
    mask = embedding.compute_mask(x)
    return keras.Model([x, values], L.Dense(1)(L.LSTM(2)(values, mask=mask)))


def training_false():
    """Dropout drops all the same in a training: the model's own argument comes last."""
    x = L.Input((3,))
    return keras.Model(x, L.Dense(1)(L.Dropout(0.5)(L.Dense(4, "tanh")(x), training=False)))


def operators():
    x, y = L.Input((3,)), L.Input((3,))
    return keras.Model([x, y], L.Dense(1)((L.Dense(3)(x) + y) * 2.0 - x * y))


def ops_called():
    x = L.Input((4, 3))
    return keras.Model(x, L.Dense(1)(keras.ops.mean(keras.ops.tanh(L.Dense(3)(x)), axis=1)))


def unused_output():
    x = L.Input((4, 3))
    sequence, _ = L.GRU(2, return_sequences=True, return_state=True)(x)
    return keras.Model(x, L.Dense(1)(L.Flatten()(sequence)))


def passed_through():
    x = L.Input((3,), name="x")
    return keras.Model(x, [L.Dense(1)(x), x])


def merged(make):
    def model():
        a, b = L.Input((3,)), L.Input((3,))
        return keras.Model([a, b], L.Dense(1)(make()([L.Dense(3)(a), L.Dense(3, "tanh")(b)])))

    return model


def dot(**options):
    def model():
        a, b = L.Input((4, 3)), L.Input((4, 3))
        return keras.Model([a, b], L.Dense(1)(L.Flatten()(L.Dot(**options)([L.Dense(3)(a), b]))))

    return model


def dot_of_words():
    a, b = words("a", 1), words("b", 1)
    embedding = table()
    flat = L.Flatten()
    return keras.Model([a, b], L.Dot(1, normalize=True)([flat(embedding(a)), flat(table()(b))]))


FEATURES = ("features", "other_features")
TWO_TARGETS = {
    "loss": ["binary_crossentropy", "sparse_categorical_crossentropy"],
    "compile": {"loss_weights": [1.0, 0.5]},
    # A training step on JAX takes the mask off the predictions before the metrics see them.
    "ignore": ("tags_accuracy",),
    "optimizer": momentum,
}

CASES = {
    "two_inputs": Case(two_inputs, ("features", "pairs")),
    "shared_layer": Case(shared_layer, ("ids", "other_ids"), optimizer=momentum),
    "shared_three_times": Case(shared_dense_three_times, "features", optimizer=momentum),
    "two_outputs": Case(two_outputs, y=("label", "tags"), metrics=lambda: [["accuracy"], ["accuracy"]], **TWO_TARGETS),
    "two_outputs_by_name": Case(
        two_outputs,
        y=("label", "tags"),
        loss=lambda: {"tags": "sparse_categorical_crossentropy", "label": "mse"},
        compile={"loss_weights": {"label": 2.0, "tags": 0.5}},
        metrics=lambda: {"label": ["mae", keras.metrics.BinaryAccuracy(name="hit")]},
    ),
    "two_outputs_one_loss": Case(passed_through, "features", ("target", "target3")),
    "nested_sequential": Case(nested_sequential, "features"),
    "nested_shared": Case(nested_shared, FEATURES, optimizer=momentum),
    "nested_in_sequential": Case(nested_in_sequential, "features"),
    "nested_several": Case(nested_several, FEATURES),
    "masked_lstm": Case(masked_lstm),
    "masked_through": Case(masked_through),
    "masked_concatenation": Case(masked_concatenation, ("ids", "steps")),
    "masked_time_concatenation": Case(masked_time_concatenation, ("ids", "other_ids")),
    "masked_behind": Case(masked_behind, ("ids", "tags"), optimizer=momentum),
    "masked_sum": Case(masked_sum, ("ids", "tags")),
    "mask_given": Case(mask_given, ("ids", "steps")),
    "training_false": Case(training_false, "features", optimizer=momentum, trains=False, structure=True),
    "operators": Case(operators, FEATURES, optimizer=momentum),
    "ops_called": Case(ops_called, "steps"),
    "unused_output": Case(unused_output, "steps"),
    "add": Case(merged(L.Add), FEATURES),
    "subtract": Case(merged(L.Subtract), FEATURES, optimizer=momentum),
    "multiply": Case(merged(L.Multiply), FEATURES),
    "average": Case(merged(L.Average), FEATURES, optimizer=momentum),
    "maximum": Case(merged(L.Maximum), FEATURES),
    "minimum": Case(merged(L.Minimum), FEATURES),
    "concatenate": Case(merged(L.Concatenate), FEATURES),
    "dot": Case(dot(axes=2), ("steps", "other_steps")),
    "dot_axes": Case(dot(axes=(1, 1)), ("steps", "other_steps")),
    "dot_normalized": Case(dot_of_words, ("first_word", "second_word"), optimizer=sgd),
    "dictionaries": Case(
        dictionaries, FEATURES, ("target", "target2"), loss=lambda: {"first": "mse", "second": "mae"}, trains=False
    ),
}
