"""Recurrent layers: cells, loops, directions, states."""

from case import WORDS, Case, keras, momentum, sgd

L = keras.layers
KINDS = {"simple_rnn": L.SimpleRNN, "lstm": L.LSTM, "gru": L.GRU}


def on_steps(make, *head, **options):
    return Case(lambda: [make(), *(head_layer() for head_layer in head), L.Dense(1)], "steps", **options)


def on_words(make, **options):
    return Case(lambda: [L.Embedding(WORDS, 3, mask_zero=True), make(), L.Dense(1)], **options)


CASES = {}
for name, Kind in KINDS.items():
    CASES |= {
        f"{name}_last": on_steps(lambda Kind=Kind: Kind(2)),
        f"{name}_sequences": Case(
            lambda Kind=Kind: [Kind(3, return_sequences=True), L.Dense(2)], "steps", "step_target", optimizer=momentum
        ),
        f"{name}_masked": on_words(lambda Kind=Kind: Kind(2)),
        f"{name}_two": Case(
            lambda Kind=Kind: [
                L.Embedding(WORDS, 3, mask_zero=True),
                Kind(2, return_sequences=True),
                Kind(2),
                L.Dense(1),
            ]
        ),
        f"{name}_backwards": on_words(lambda Kind=Kind: Kind(2, go_backwards=True, unroll=True, use_bias=False)),
        f"{name}_weights": on_words(
            lambda Kind=Kind: Kind(
                2,
                activation="softsign",
                kernel_initializer="he_normal",
                recurrent_initializer="glorot_uniform",
                bias_initializer=keras.initializers.Constant(0.1),
                kernel_regularizer="l2",
                recurrent_regularizer=keras.regularizers.L2(0.02),
                bias_regularizer=keras.regularizers.L2(0.03),
                kernel_constraint=keras.constraints.MaxNorm(1),
                recurrent_constraint="non_neg",
                bias_constraint=keras.constraints.MaxNorm(0.2),
            ),
            optimizer=sgd,
        ),
        f"{name}_dropout": on_words(
            lambda Kind=Kind: Kind(2, dropout=0.3, recurrent_dropout=0.2), trains=False, structure=True
        ),
        # On JAX, Keras 3.15.1 begins each batch of fit, evaluate and predict with states of zero. On TensorFlow it goes
        # on from batch to batch and from epoch to epoch, and so does cornu.
        f"{name}_stateful": Case(
            lambda Kind=Kind: [L.Input((4, 3), batch_size=7), Kind(2, stateful=True), L.Dense(1)],
            "steps",
            batch=7,
            backend="tensorflow",
            optimizer=sgd,
            forgets="the states of stateful layers",
        ),
    }

CASES |= {
    "gru_reset_before": on_words(lambda: L.GRU(2, reset_after=False)),
    "gru_reset_before_no_bias": on_steps(lambda: L.GRU(2, reset_after=False, use_bias=False)),
    "lstm_no_forget_bias": on_steps(lambda: L.LSTM(2, unit_forget_bias=False, recurrent_activation="hard_sigmoid")),
    "lstm_zero_output": Case(
        lambda: [
            L.Embedding(WORDS, 3, mask_zero=True),
            L.LSTM(2, return_sequences=True, zero_output_for_mask=True),
            L.GlobalAveragePooling1D(),
            L.Dense(1),
        ]
    ),
    "rnn_cell": on_words(lambda: L.RNN(L.LSTMCell(2))),
    "rnn_cells": on_steps(lambda: L.RNN([L.LSTMCell(2), L.GRUCell(3), L.SimpleRNNCell(2)])),
    "rnn_stacked_cells": on_words(lambda: L.RNN(L.StackedRNNCells([L.GRUCell(3), L.GRUCell(2)]))),
    "rnn_cells_sequences": Case(
        lambda: [L.RNN([L.GRUCell(3), L.LSTMCell(2)], return_sequences=True), L.Dense(2)],
        "steps",
        "step_target",
        optimizer=momentum,
    ),
    "bidirectional_lstm": on_words(lambda: L.Bidirectional(L.LSTM(2))),
    "bidirectional_cells": on_steps(lambda: L.Bidirectional(L.RNN([L.LSTMCell(2), L.GRUCell(2)]))),
    "bidirectional_sequences": Case(
        lambda: [
            L.Embedding(WORDS, 3, mask_zero=True),
            L.Bidirectional(L.GRU(2, return_sequences=True)),
            L.GlobalAveragePooling1D(),
            L.Dense(1),
        ]
    ),
    "bidirectional_two_layers": on_steps(
        lambda: L.Bidirectional(L.LSTM(2), backward_layer=L.GRU(2, go_backwards=True, activation="relu"))
    ),
    "bidirectional_weights_named": on_steps(lambda: L.Bidirectional(L.GRU(2, name="inner"), name="outer")),
    "recurrent_tags": Case(
        lambda: [
            L.Embedding(WORDS, 3, mask_zero=True),
            L.Bidirectional(L.LSTM(2, return_sequences=True)),
            L.Dense(3, "softmax"),
        ],
        y="tags",
        loss="sparse_categorical_crossentropy",
    ),
}
for merge_mode in ("sum", "mul", "ave"):
    CASES[f"bidirectional_{merge_mode}"] = on_words(
        lambda merge_mode=merge_mode: L.Bidirectional(L.SimpleRNN(2), merge_mode=merge_mode), optimizer=momentum
    )


def both_directions():
    x = L.Input((4, 3))
    forward, backward = L.Bidirectional(L.GRU(2), merge_mode=None)(x)
    return keras.Model(x, L.Dense(1)(L.Subtract()([forward, backward])))


def states_out():
    """An encoder whose states come out, and a decoder that begins with them."""
    source, target = L.Input((None,), dtype="int32", name="source"), L.Input((None, 3), name="target")
    words = L.Embedding(WORDS, 3, mask_zero=True)(source)
    _, h, c = L.LSTM(2, return_state=True, name="encoder")(words)
    decoded = L.LSTM(2, return_sequences=True, name="decoder")(target, initial_state=[h, c])
    return keras.Model([source, target], L.Dense(2)(decoded))


def states_and_masks():
    """Keras gives no mask to a layer that is given states; what comes out is under the mask all the same, here the loss."""
    source, target = L.Input((4,), dtype="int32", name="source"), L.Input((4,), dtype="int32", name="target")
    _, state = L.GRU(3, return_state=True, name="encoder")(L.Embedding(WORDS, 3, mask_zero=True)(source))
    words = L.Embedding(WORDS, 3, mask_zero=True)(target)
    decoded = L.GRU(3, return_sequences=True, name="decoder")(words, initial_state=state)
    return keras.Model([source, target], L.Dense(2)(decoded))


def states_and_masks_out():
    """The same, with the sequences and their mean as outputs."""
    x, h = L.Input((4,), dtype="int32"), L.Input((2,))
    words = L.Embedding(WORDS, 3, mask_zero=True)(x)
    sequence = L.SimpleRNN(2, return_sequences=True, name="sequence")(words, initial_state=h)
    return keras.Model([x, h], [sequence, L.Dense(1)(L.GlobalAveragePooling1D()(sequence))])


def states_as_outputs():
    x = L.Input((4, 3))
    sequence, state = L.GRU(2, return_sequences=True, return_state=True)(x)
    return keras.Model(x, [L.Dense(2)(sequence), L.Dense(1)(state)])


def states_of_both_directions():
    x = L.Input((4, 3))
    y, *states = L.Bidirectional(L.LSTM(2, return_state=True))(x)
    again = L.Bidirectional(L.LSTM(2))(x, initial_state=states)
    return keras.Model(x, L.Dense(1)(L.Concatenate()([y, again])))


def states_in():
    x, h = L.Input((4, 3)), L.Input((2,))
    return keras.Model([x, h], L.Dense(1)(L.SimpleRNN(2)(x, initial_state=h)))


CASES |= {
    "bidirectional_apart": Case(both_directions, "steps"),
    "states_encoder_decoder": Case(states_out, ("ids", "steps"), "step_target"),
    "states_and_masks": Case(states_and_masks, ("ids", "tags"), "step_target"),
    "states_and_masks_out": Case(states_and_masks_out, ("ids", "pairs"), ("step_target", "target")),
    "states_as_outputs": Case(states_as_outputs, "steps", ("step_target", "target")),
    "states_of_both_directions": Case(states_of_both_directions, "steps"),
    "states_given": Case(states_in, ("steps", "pairs"), optimizer=momentum),
}
