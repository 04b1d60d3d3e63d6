"""Layers whose windows slide along one axis, two or three: convolutions, also recurrent ones, and pooling."""

from case import Case, keras

L, R = keras.layers, keras.regularizers


def behind(*layers):
    """With a Dense behind, which makes one number of all there is."""
    return lambda: [*[layer() for layer in layers], L.Flatten(), L.Dense(1)]


def volume():
    return L.Reshape((2, 2, 4, 1))


CASES = {
    "conv1d": Case(behind(lambda: L.Conv1D(3, 2, 2, "same", activation="tanh")), "steps"),
    "conv1d_causal": Case(
        lambda: [L.Conv1D(3, 2, padding="causal", dilation_rate=2, activation="tanh"), L.Dense(2)],
        "steps",
        "step_target",
        validation_split=0.25,
    ),
    "conv2d": Case(
        behind(
            lambda: L.Conv2D(4, (3, 2), activation="tanh", kernel_regularizer=R.L2(0.01), padding="same"),
            lambda: L.MaxPooling2D(),
            lambda: L.Conv2D(2, 2, use_bias=False, kernel_constraint="max_norm"),
        ),
        "image",
    ),
    "conv2d_groups": Case(
        behind(lambda: L.Conv2D(4, 1), lambda: L.Conv2D(2, 2, dilation_rate=2, groups=2, padding="same")), "image"
    ),
    "conv2d_first": Case(behind(lambda: L.Conv2D(3, (2, 1), data_format="channels_first")), "image"),
    "conv3d": Case(
        behind(volume, lambda: L.Conv3D(2, (1, 2, 2), (1, 1, 2), "same"), lambda: L.MaxPooling3D((2, 1, 1))), "image"
    ),
    "conv1d_transpose": Case(behind(lambda: L.Conv1DTranspose(2, 3, 2, output_padding=1)), "steps"),
    "conv2d_transpose": Case(
        behind(lambda: L.Conv2DTranspose(2, 3, 2, "same", activation="tanh"), lambda: L.AveragePooling2D(2)), "image"
    ),
    "conv3d_transpose": Case(behind(volume, lambda: L.Conv3DTranspose(2, (1, 2, 1))), "image"),
    "depthwise_conv": Case(
        behind(
            lambda: L.DepthwiseConv2D(2, padding="same", depth_multiplier=3, activation="tanh"),
            lambda: L.DepthwiseConv2D((2, 1), (2, 1), depthwise_regularizer="l2"),
        ),
        "image",
    ),
    "depthwise_conv1d": Case(behind(lambda: L.DepthwiseConv1D(2, data_format="channels_first")), "steps"),
    "separable_conv": Case(
        behind(lambda: L.SeparableConv2D(3, 2, depth_multiplier=2, pointwise_regularizer="l2")), "image"
    ),
    "separable_conv1d": Case(behind(lambda: L.SeparableConv1D(3, 3, 2, "same", activation="tanh")), "steps"),
    "pooling1d": Case(
        behind(lambda: L.MaxPooling1D(3, 1, "same"), lambda: L.AveragePooling1D(3, 2, "same")), "steps"
    ),
    "pooling2d_first": Case(
        behind(
            lambda: L.AveragePooling2D((2, 1), 1, data_format="channels_first"),
            lambda: L.MaxPooling2D(2, 1, "same", data_format="channels_first"),
        ),
        "image",
    ),
    "pooling3d": Case(
        behind(volume, lambda: L.MaxPooling3D(2, 1, "same"), lambda: L.AveragePooling3D((2, 1, 2))), "image"
    ),
    "global_max_pooling": Case(
        lambda: [L.Conv1D(3, 2), L.GlobalMaxPooling1D(keepdims=True), L.Flatten(), L.Dense(1)], "steps"
    ),
    "global_pooling": Case(
        lambda: [L.Conv2D(3, 2), L.GlobalAveragePooling2D(keepdims=True), L.GlobalMaxPooling2D(), L.Dense(1)], "image"
    ),
    "global_pooling3d": Case(
        lambda: [volume(), L.Conv3D(3, 2), L.GlobalAveragePooling3D("channels_last", True), L.GlobalMaxPooling3D(), L.Dense(1)],
        "image",
    ),
    "conv_lstm1d": Case(
        behind(lambda: L.Reshape((4, 3, 1)), lambda: L.ConvLSTM1D(2, 2, activation="softsign", kernel_regularizer="l2")),
        "steps",
    ),
    "conv_lstm2d": Case(
        behind(
            volume,
            lambda: L.ConvLSTM2D(2, (1, 2), (1, 2), "same", return_sequences=True),
            lambda: L.ConvLSTM2D(2, 1, go_backwards=True, recurrent_constraint="max_norm", use_bias=False),
        ),
        "image",
    ),
    "conv_lstm2d_first": Case(
        behind(
            lambda: L.Reshape((2, 1, 2, 4)),
            lambda: L.ConvLSTM2D(2, (2, 2), data_format="channels_first", dilation_rate=(1, 2), unit_forget_bias=False),
        ),
        "image",
    ),
    "conv_lstm3d": Case(
        behind(lambda: L.Reshape((2, 2, 2, 2, 1)), lambda: L.ConvLSTM3D(2, 2, padding="same", return_sequences=True)), "image"
    ),
    "conv_lstm_masked": Case(  # on JAX, Keras 3.15.1 fails with a mask unless it unrolls the loop
        lambda: [
            L.Masking(),
            L.TimeDistributed(L.Reshape((3, 1))),
            L.ConvLSTM1D(2, 2, return_sequences=True, unroll=True),
            L.TimeDistributed(L.Flatten()),
            L.LSTM(2),
            L.Dense(1),
        ],
        "steps",
    ),
    "conv_lstm_dropout": Case(
        behind(volume, lambda: L.ConvLSTM2D(2, 2, padding="same", dropout=0.3, recurrent_dropout=0.2)),
        "image",
        trains=False,
        structure=True,
    ),
}
