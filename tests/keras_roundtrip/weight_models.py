"""What weights are made and held by: initializers, regularizers, constraints; and all activations."""

from case import Case, keras, momentum, sgd

L, I, R, C = keras.layers, keras.initializers, keras.regularizers, keras.constraints

INITIALIZERS = [
    "zeros", "ones", "identity", "orthogonal", "random_normal", "random_uniform", "truncated_normal",
    "variance_scaling", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_normal",
    "lecun_uniform", "uniform", "normal", I.Constant(0.25), I.Identity(0.5), I.Orthogonal(gain=0.7, seed=3),
    I.RandomNormal(0.1, 0.2, seed=4), I.RandomUniform(-0.3, 0.2), I.TruncatedNormal(stddev=0.3, seed=5),
    I.VarianceScaling(0.5, "fan_avg", "uniform", seed=6), I.VarianceScaling(2.0, "fan_out", "untruncated_normal"),
    I.GlorotUniform(seed=7), I.HeNormal(seed=8),
]  # fmt: skip
ACTIVATIONS = [
    "celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu",
    "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "squareplus",
    "swish", "tanh", "tanh_shrink",
]  # fmt: skip  Not glu: it halves the last axis, which the shapes that Keras infers do not know; nor sparsemax, whose sum
# is not 1 in Keras.


def side_by_side(make, values):
    """A branch for each value, all of one input, their outputs joined."""

    def model():
        x = L.Input((3,))
        branches = [make(value)(x) for value in values]
        return keras.Model(x, L.Dense(1)(L.Concatenate()(branches)))

    return model


def regularized(kernel, bias=None):
    return lambda: [L.Dense(3, kernel_regularizer=kernel, bias_regularizer=bias), L.Dense(1)]


def constrained(constraint):
    return lambda: [L.Dense(3, "tanh", kernel_constraint=constraint, bias_constraint=C.NonNeg()), L.Dense(1)]


CASES = {
    "initializers": Case(
        side_by_side(lambda value: L.Dense(2, kernel_initializer=value), INITIALIZERS), "features", optimizer=sgd
    ),
    "bias_initializers": Case(
        side_by_side(
            lambda value: L.Dense(2, bias_initializer=value),
            ["ones", I.Constant(0.5), I.RandomNormal(seed=1), "he_normal"],
        ),
        "features",
        optimizer=sgd,
    ),
    "activations_dense": Case(
        side_by_side(lambda value: L.Dense(2, value), ACTIVATIONS),
        "features",
        optimizer=lambda: keras.optimizers.SGD(0.01),
    ),
    "activations_layer": Case(
        side_by_side(
            lambda value: keras.Sequential([L.Dense(2, bias_initializer=I.Constant(0.3)), L.Activation(value)]),
            ACTIVATIONS,
        ),
        "features",
        optimizer=lambda: keras.optimizers.SGD(0.01),
    ),
    "regularizer_l1": Case(regularized(R.L1(0.02), R.L2(0.03)), "features", optimizer=sgd),
    "regularizer_names": Case(regularized("l2", "l2"), "features", optimizer=sgd),
    "regularizer_l1_l2": Case(regularized("L1L2"), "features", optimizer=sgd),
    "regularizer_l1_l2_object": Case(regularized(R.L1L2(l1=0.02, l2=0.01)), "features", optimizer=sgd),
    "regularizer_orthogonal": Case(regularized(R.OrthogonalRegularizer(0.05, "columns")), "features", optimizer=sgd),
    "constraint_max_norm": Case(constrained(C.MaxNorm(0.5)), "features", optimizer=momentum),
    "constraint_min_max_norm": Case(
        constrained(C.MinMaxNorm(0.2, 0.4, rate=0.7, axis=1)), "features", optimizer=momentum
    ),
    "constraint_non_neg": Case(constrained("non_neg"), "features", optimizer=momentum),
    "constraint_unit_norm": Case(constrained(C.UnitNorm(axis=0)), "features", optimizer=momentum),
    "constraint_axes": Case(constrained(C.MaxNorm(0.6, axis=[0, 1])), "features", optimizer=momentum),
}
