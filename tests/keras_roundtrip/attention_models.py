"""Layers of attention, masked and causal, with one input and several; TimeDistributed."""

from case import STEPS, WORDS, Case, keras, sgd

L = keras.layers
# The bias of the keys has a gradient of 0: what rounding makes of it is compared with the ones that it begins with.
EIGHTH = dict(bias_initializer=keras.initializers.Constant(0.125))


def of_words(attend, **options):
    """Words, what `attend` makes of their vectors, and the mean over the words."""

    def make():
        ids = L.Input((STEPS,), dtype="int32")
        x = L.Embedding(WORDS, 4, mask_zero=True)(ids)
        return keras.Model(ids, L.Dense(1)(L.GlobalAveragePooling1D()(attend(x))))

    return Case(make, optimizer=sgd, **options)


def encoder():
    """Words and their places, attention and two dense layers, each added to its input and normalised."""
    ids = L.Input((STEPS,), dtype="int32")
    words = L.Embedding(WORDS, 4, mask_zero=True)(ids)
    x = L.Add()([words, L.Dense(4, use_bias=False)(words)])
    x = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(2, 3, **EIGHTH)(x, x)]))
    x = L.LayerNormalization()(L.Add()([x, L.Dense(4)(L.Dense(8, "gelu")(x))]))
    return keras.Model(ids, L.Dense(1)(L.GlobalAveragePooling1D()(x)))


def of_steps(attend, **options):
    def make():
        x = L.Input((STEPS, 3))
        return keras.Model(x, L.Dense(2)(attend(L.Dense(4, "tanh")(x))))

    return Case(make, "steps", "step_target", optimizer=sgd, **options)


def of_two(attend, **options):
    """Queries of four steps, values of three words, and keys of their own."""

    def make():
        x, ids = L.Input((STEPS, 3)), L.Input((3,), dtype="int32")
        values, keys = L.Embedding(WORDS, 4)(ids), L.Embedding(WORDS, 4)(ids)
        return keras.Model([x, ids], L.Dense(1)(L.Flatten()(attend(L.Dense(4)(x), values, keys))))

    return Case(make, ("steps", "other_ids"), optimizer=sgd, **options)


def with_scores(x):
    y, scores = L.MultiHeadAttention(2, 2, **EIGHTH)(x, x, return_attention_scores=True)
    return L.Concatenate()([y, L.Permute((2, 1))(L.Reshape((2 * STEPS, STEPS))(scores))])


def shared(x):
    layer = L.GroupQueryAttention(3, 2, 1, **EIGHTH)
    return layer(layer(x, x, use_causal_mask=True), x)


CASES = {
    "attention": of_words(lambda x: L.Attention()([x, x])),
    "attention_scale": of_words(lambda x: L.Attention(use_scale=True)([x, x], use_causal_mask=True)),
    "attention_concat": of_two(lambda q, v, k: L.Attention(True, "concat")([q, v, k])),
    "additive_attention": of_words(lambda x: L.AdditiveAttention()([x, x])),
    "additive_attention_key": of_two(lambda q, v, k: L.AdditiveAttention()([q, v, k])),
    "multi_head_attention": of_steps(lambda x: L.MultiHeadAttention(2, 3, **EIGHTH)(x, x)),
    "multi_head_attention_causal": of_steps(lambda x: L.MultiHeadAttention(2, 3, **EIGHTH)(x, x, use_causal_mask=True)),
    "multi_head_attention_masked": of_words(lambda x: L.MultiHeadAttention(2, 3, **EIGHTH)(x, x)),
    "multi_head_attention_encoder": Case(encoder, optimizer=sgd),
    "multi_head_attention_key": of_two(lambda q, v, k: L.MultiHeadAttention(2, 2, output_shape=3, **EIGHTH)(q, v, k)),
    # Keras walks the inputs by the names of their keywords, the key first: then weights would go to the other table.
    "multi_head_attention_named": of_two(
        lambda q, v, k: L.MultiHeadAttention(2, 2)(query=q, value=v, key=k), refused=("by their names",)
    ),
    "multi_head_attention_gate": of_steps(
        lambda x: L.MultiHeadAttention(2, 3, use_bias=False, use_gate=True, sliding_window=2)(x, x)
    ),
    "multi_head_attention_scores": of_steps(with_scores),
    "multi_head_attention_dropout": of_steps(
        lambda x: L.MultiHeadAttention(2, 3, dropout=0.25, seed=1, **EIGHTH)(x, x), trains=False, structure=True
    ),
    "group_query_attention": of_words(lambda x: L.GroupQueryAttention(3, 4, 2, **EIGHTH)(x, x, use_causal_mask=True)),
    "group_query_attention_shared": of_steps(shared),
    "time_distributed": Case(
        lambda: [L.TimeDistributed(L.Dense(3, "tanh")), L.Dense(2)], "steps", "step_target", optimizer=sgd
    ),
    "time_distributed_lstm": Case(
        lambda: [L.TimeDistributed(L.LSTM(2)), L.GlobalAveragePooling1D(), L.Dense(1)], "image", optimizer=sgd
    ),
}
