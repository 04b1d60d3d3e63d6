"""What may go wrong on the way, done on purpose, and where the comparison has to find it."""

import numpy as np
from environment import keras

# fault: (a case, the stage that must fail)
PROOFS = {
    "a weight is off by 0.001 when it is read": ("dense", "predict"),
    "a layer is read twice as wide": ("dense_deep", "read"),
    "slots begin at zero": ("optimizer_adam", "fit"),
    "the iteration begins at zero": ("optimizer_adam", "fit"),
    "the averages are forgotten": ("optimizer_ema", "fit"),
    "the history is off by a part in 1000": ("dense", "fit"),
    "a weight is off by 0.001 when it is written": ("dense", "fit"),
    "the optimizer is not written": ("optimizer_adam", "fit"),
    "a layer has another name": ("dense", "written"),
    "the optimizer has another option": ("optimizer_adam", "written"),
    "a metric is lost": ("embedding_masked_mean", "written"),
    "a file that must be refused is read": ("refused_layer", "read"),
}


def shift_last_weight(model):
    weights = model.get_weights()
    weights[-1] = weights[-1] + np.asarray(1e-3, weights[-1].dtype)
    model.set_weights(weights)


def after_loading(fault, model):
    if fault == "a weight is off by 0.001 when it is read":
        shift_last_weight(model)
    elif fault == "a layer is read twice as wide":
        shape = model.input_shape
        model = keras.Sequential([keras.Input(shape[1:]), keras.layers.Dense(8), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
    elif fault == "slots begin at zero":
        for variable in model.optimizer.variables[2:]:
            variable.assign(np.zeros(variable.shape, "float32"))
    elif fault == "the iteration begins at zero":
        model.optimizer.iterations.assign(0)
    elif fault == "the averages are forgotten":
        for average in model.optimizer._model_variables_moving_average:
            average.assign(np.zeros(average.shape, "float32"))
    return model


def in_history(fault, history):
    if fault == "the history is off by a part in 1000":
        history["loss"][-1] *= 1.001
    return history


def before_saving(fault, model):
    if fault == "a weight is off by 0.001 when it is written":
        shift_last_weight(model)
    elif fault == "the optimizer is not written":
        model.compile(keras.optimizers.SGD(0.1), "mse")
    elif fault == "a layer has another name":
        model.layers[-1].name = "another"
    elif fault == "the optimizer has another option":
        model.optimizer.beta_1 = 0.8
    elif fault == "a metric is lost":
        optimizer = model.optimizer
        model.compile(optimizer, "binary_crossentropy")
