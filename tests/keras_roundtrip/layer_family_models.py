"""Families of layers, a few at a time: normalisation, core layers, activations, shapes, noise."""

from case import WORDS, Case, keras, sgd

L, R = keras.layers, keras.regularizers


def normalized(layer, x="features", **options):
    """Between two dense layers, so that gradients go through it; plain SGD, because some of them are 0."""
    return Case(lambda: [L.Dense(4, "tanh"), layer(), L.Dense(2)], x, "target2" if x == "features" else "step_target", optimizer=sgd, **options)


def shaped(*layers):
    """On steps, an image or whatever the first one makes of them, with a Dense behind."""
    return lambda: [*[layer() for layer in layers], L.Flatten(), L.Dense(1)]


def noise(layer):
    return Case(lambda: [L.Dense(4), layer(), L.Dense(1)], "features", trains=False, structure=True)


def masked_normalization():
    ids = L.Input((4,), dtype="int32")
    x = L.BatchNormalization(momentum=0.5)(L.Embedding(WORDS, 3, mask_zero=True)(ids))
    return keras.Model(ids, L.Dense(1)(L.GlobalAveragePooling1D()(L.LayerNormalization()(x))))


def masking():
    steps = L.Input((4, 3))
    x = L.Masking(0.0)(L.ReLU(threshold=0.25)(steps))
    return keras.Model(steps, L.Dense(1)(L.LSTM(2)(L.LeakyReLU()(x))))


def both_ways(**options):
    """Ids to words and back: two calls of one layer."""

    def make():
        ids = L.Input((4,), dtype="int32")
        words = L.ReversibleEmbedding(WORDS, 3, **options)
        return keras.Model(ids, L.Dense(2)(words(L.Dense(3, "tanh")(words(ids)), reverse=True)))

    return make


CASES = {
    # words
    "reversible_embedding": Case(lambda: [L.ReversibleEmbedding(WORDS, 3), L.Dense(2)], y="step_target"),
    "reversible_embedding_tied": Case(both_ways(), y="step_target"),
    "reversible_embedding_options": Case(
        both_ways(tie_weights=False, logit_soft_cap=0.5, reverse_dtype="float32", embeddings_regularizer=R.L2(0.01)),
        y="step_target",
        optimizer=sgd,
    ),
    # normalisation
    "batch_normalization": normalized(lambda: L.BatchNormalization(momentum=0.5), validation_split=0.25),
    "batch_normalization_options": normalized(
        lambda: L.BatchNormalization(1, 0.75, 0.01, scale=False, beta_regularizer=R.L2(0.1)), "steps"
    ),
    "batch_normalization_frozen": normalized(lambda: L.BatchNormalization(trainable=False)),
    "batch_normalization_masked": Case(masked_normalization, optimizer=sgd),
    "layer_normalization": normalized(lambda: L.LayerNormalization()),
    "layer_normalization_axes": normalized(lambda: L.LayerNormalization(axis=[1, 2], center=False), "steps"),
    "group_normalization": normalized(lambda: L.GroupNormalization(2), "steps"),
    "group_normalization_each": normalized(lambda: L.GroupNormalization(-1), "steps"),
    "unit_normalization": normalized(lambda: L.UnitNormalization()),
    "rms_normalization": normalized(lambda: L.RMSNormalization()),
    # A fit of Keras on JAX leaves the kernel as it is.
    "spectral_normalization": Case(
        lambda: [L.SpectralNormalization(L.Dense(3, "tanh")), L.Dense(1)],
        "features",
        backend="tensorflow",
        optimizer=sgd,
    ),
    # core layers
    "identity": Case(lambda: [L.Dense(2), L.Identity(activity_regularizer="l2"), L.Dense(1)], "features", optimizer=sgd),
    # A file names a function; cornu knows those of Keras.
    "lambda_named": Case(lambda: [L.Dense(2), L.Lambda(keras.activations.tanh), L.Dense(1)], "features", optimizer=sgd),
    "masking": Case(lambda: [L.Masking(), L.LSTM(2), L.Dense(1)], "steps"),
    "masking_graph": Case(masking, "steps"),
    "einsum_dense": Case(lambda: [L.EinsumDense("abc,cd->abd", (None, 2), "relu", "d")], "steps", "step_target"),
    "einsum_dense_dots": Case(lambda: [L.EinsumDense("...x,xy->...y", 2, bias_axes="y"), L.Dense(1)], "features"),
    # activations
    "relu": Case(lambda: [L.Dense(3), L.ReLU(1.5, 0.25, 0.125), L.Dense(1)], "features"),
    "leaky_relu": Case(lambda: [L.Dense(3), L.LeakyReLU(0.5), L.Dense(1)], "features"),
    "elu": Case(lambda: [L.Dense(3), L.ELU(0.5), L.Dense(1)], "features"),
    "prelu": Case(lambda: [L.Dense(3), L.PReLU(), L.Dense(1)], "features"),
    "prelu_shared": Case(lambda: [L.Dense(3), L.PReLU(shared_axes=[1]), L.Dense(2)], "steps", "step_target"),
    "softmax": Case(lambda: [L.Dense(3), L.Softmax(), L.Dense(1)], "features", optimizer=sgd),
    "softmax_axes": Case(lambda: [L.Dense(3), L.Softmax(axis=[1, 2]), L.Dense(2)], "steps", "step_target", optimizer=sgd),
    # shapes
    "permute": Case(shaped(lambda: L.Permute((2, 1)), lambda: L.Dense(2)), "steps"),
    "repeat_vector": Case(shaped(lambda: L.RepeatVector(3), lambda: L.Dense(2)), "features"),
    "along_steps": Case(
        shaped(lambda: L.ZeroPadding1D((2, 1)), lambda: L.UpSampling1D(2), lambda: L.Cropping1D((1, 2))), "steps"
    ),
    "along_rows_and_columns": Case(
        shaped(
            lambda: L.ZeroPadding2D(((1, 0), (0, 2))),
            lambda: L.UpSampling2D((2, 1), interpolation="bilinear"),
            lambda: L.Cropping2D((2, 1)),
            lambda: L.UpSampling2D(2, data_format="channels_first"),
        ),
        "image",
    ),
    "along_three_axes": Case(
        shaped(
            lambda: L.Reshape((2, 2, 4, 1)),
            lambda: L.ZeroPadding3D((1, 0, 1)),
            lambda: L.UpSampling3D((1, 2, 1)),
            lambda: L.Cropping3D(((1, 0), (0, 1), (2, 1))),
        ),
        "image",
    ),
    # what draws random numbers, and what adds to the loss
    "spatial_dropout1d": Case(
        lambda: [L.SpatialDropout1D(0.5, seed=1), L.Dense(2)], "steps", "step_target", trains=False, structure=True
    ),
    "spatial_dropout2d": Case(
        shaped(lambda: L.SpatialDropout2D(0.5, "channels_first")), "image", trains=False, structure=True
    ),
    "spatial_dropout3d": Case(
        shaped(lambda: L.Reshape((2, 2, 4, 1)), lambda: L.SpatialDropout3D(0.25, seed=2)),
        "image",
        trains=False,
        structure=True,
    ),
    "gaussian_dropout": noise(lambda: L.GaussianDropout(0.25, seed=1)),
    "gaussian_noise": noise(lambda: L.GaussianNoise(0.25)),
    "alpha_dropout": noise(lambda: L.AlphaDropout(0.25, noise_shape=(None, 1))),
    "activity_regularization": Case(
        lambda: [L.Dense(3), L.ActivityRegularization(0.25, 0.5), L.Dense(1)], "features", optimizer=sgd
    ),
}
