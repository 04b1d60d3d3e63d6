"""What cornu has no class for: each file must be refused as a whole, with a list of the names that are missing."""

import dataclasses

from case import Case, keras, sgd

L = keras.layers


@keras.saving.register_keras_serializable("roundtrip")
class Scale(L.Layer):
    """A user's layer: its input times a weight."""

    def __init__(self, start=1.0, **options):
        super().__init__(**options)
        self.start = start

    def build(self, shape):
        self.scale = self.add_weight((shape[-1],), keras.initializers.Constant(self.start), name="scale")

    def call(self, x):
        return x * self.scale

    def get_config(self):
        return {**super().get_config(), "start": self.start}


@keras.saving.register_keras_serializable("roundtrip")
class Doubled(keras.Model):
    """A user's model, which is no graph."""

    def __init__(self, **options):
        super().__init__(**options)
        self.dense = L.Dense(2)
        self.blocks = [L.Dense(2), L.Dense(1)]

    def call(self, x):
        x = self.dense(x)
        for block in self.blocks:
            x = block(x)
        return x


@keras.saving.register_keras_serializable("roundtrip")
def cubed_error(y_true, y_pred):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** 3, axis=-1)


@keras.saving.register_keras_serializable("roundtrip")
def twice(x):
    return 2 * x


CASES = {
    "refused_pooling": Case(
        lambda: [L.Conv2D(2, 2), L.AdaptiveMaxPooling2D(2), L.AdaptiveAveragePooling2D(1), L.Flatten(), L.Dense(1)],
        "image",
        refused=("AdaptiveMaxPooling2D", "AdaptiveAveragePooling2D"),
    ),
    "refused_lambda": Case(
        lambda: [L.Dense(2), L.Lambda(lambda x: x * 2, output_shape=(2,)), L.Dense(1)], "features", refused=("Lambda",)
    ),
    "refused_function": Case(
        lambda: [L.Dense(2), L.Lambda(twice, output_shape=(2,)), L.Dense(1)], "features", refused=("roundtrip>twice",)
    ),
    "refused_layer": Case(lambda: [L.Dense(2), Scale(0.5), L.Dense(1)], "features", refused=("roundtrip>Scale",)),
    "refused_model": Case(lambda: built(Doubled()), "features", refused=("roundtrip>Doubled",)),
    "refused_inside": Case(
        lambda: [keras.Sequential([L.Dense(2), Scale(0.5)]), L.Dense(1)], "features", refused=("roundtrip>Scale",)
    ),
    "refused_loss": Case(
        lambda: [L.Dense(1)], "features", loss=lambda: cubed_error, refused=("roundtrip>cubed_error",), predicts=True
    ),
}

CASES = {name: dataclasses.replace(case, optimizer=sgd) for name, case in CASES.items()}


def built(model):
    model.build((None, 3))
    return model
