"""Every optimizer and option, every schedule, on one small model of words."""

from case import WORDS, Case, keras

L, O, S = keras.layers, keras.optimizers, keras.optimizers.schedules


def small():
    return [L.Embedding(WORDS, 2, mask_zero=True), L.GlobalAveragePooling1D(), L.Dense(1)]


# name: a function that makes the optimizer
OPTIMIZERS = {
    "sgd": lambda: O.SGD(0.1),
    "sgd_momentum": lambda: O.SGD(0.1, momentum=0.9),
    "sgd_nesterov": lambda: O.SGD(0.1, momentum=0.8, nesterov=True),
    "rmsprop": lambda: O.RMSprop(0.01),
    "rmsprop_momentum": lambda: O.RMSprop(0.01, momentum=0.5),
    "rmsprop_centered": lambda: O.RMSprop(0.01, rho=0.8, momentum=0.5, epsilon=1e-3, centered=True),
    "adam": lambda: O.Adam(0.02),
    "adam_amsgrad": lambda: O.Adam(0.02, beta_1=0.8, beta_2=0.95, epsilon=1e-3, amsgrad=True),
    "adam_named": lambda: O.Adam(0.02, name="my_adam"),
    "adamw": lambda: O.AdamW(0.02),
    "adamw_decay": lambda: O.AdamW(0.02, weight_decay=0.2, amsgrad=True),
    "adagrad": lambda: O.Adagrad(0.1),
    "adagrad_accumulator": lambda: O.Adagrad(0.1, initial_accumulator_value=0.5),
    "adadelta": lambda: O.Adadelta(1.0, rho=0.8, epsilon=1e-3),
    "adamax": lambda: O.Adamax(0.02),
    "nadam": lambda: O.Nadam(0.02),
    "ftrl": lambda: O.Ftrl(0.1),
    "ftrl_all": lambda: O.Ftrl(
        0.1,
        learning_rate_power=-0.7,
        initial_accumulator_value=0.2,
        l1_regularization_strength=0.01,
        l2_regularization_strength=0.02,
        l2_shrinkage_regularization_strength=0.01,
        beta=0.1,
    ),
    "lion": lambda: O.Lion(0.01, weight_decay=0.1),
    "lamb": lambda: O.Lamb(0.02),
    "adafactor": lambda: O.Adafactor(0.1),
    "adafactor_absolute": lambda: O.Adafactor(0.1, relative_step=False, clip_threshold=0.5),
    "muon": lambda: O.Muon(0.02),
    "muon_options": lambda: O.Muon(0.02, nesterov=False, ns_steps=3, momentum=0.8, adam_lr_ratio=0.5),
    "muon_excluded": lambda: O.Muon(0.02, exclude_layers=["dense"], exclude_embeddings=False),
    "schedule_free_adamw": lambda: O.ScheduleFreeAdamW(0.05),
    "schedule_free_adamw_warmup": lambda: O.ScheduleFreeAdamW(0.05, warmup_steps=10, weight_decay=0.1),
    # what all of them share
    "weight_decay": lambda: O.SGD(0.1, weight_decay=0.1),
    "clipnorm": lambda: O.SGD(0.1, momentum=0.5, clipnorm=0.1),
    "clipvalue": lambda: O.Adam(0.02, clipvalue=0.05),
    "global_clipnorm": lambda: O.SGD(0.1, global_clipnorm=0.1),
    "ema": lambda: O.Adam(0.02, use_ema=True, ema_momentum=0.8),
    "ema_overwriting": lambda: O.SGD(0.1, momentum=0.5, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3),
    "accumulation": lambda: O.Adam(0.02, gradient_accumulation_steps=2),
    "accumulation_uneven": lambda: O.SGD(0.1, momentum=0.5, gradient_accumulation_steps=3),
    "ema_and_accumulation": lambda: O.SGD(
        0.1, momentum=0.5, use_ema=True, ema_momentum=0.8, gradient_accumulation_steps=3
    ),
    "ema_accumulation_nadam": lambda: O.Nadam(0.02, use_ema=True, ema_momentum=0.8, gradient_accumulation_steps=2),
    "loss_scale_factor": lambda: O.Adam(0.02, loss_scale_factor=4.0),
    # learning rates that change
    "exponential_decay": lambda: O.SGD(S.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.8)),
    "exponential_decay_staircase": lambda: O.Adam(S.ExponentialDecay(0.05, 3, 0.8, staircase=True)),
    "inverse_time_decay": lambda: O.SGD(S.InverseTimeDecay(0.1, decay_steps=2, decay_rate=0.5), momentum=0.5),
    "polynomial_decay": lambda: O.SGD(S.PolynomialDecay(0.1, decay_steps=5, end_learning_rate=0.01, power=2.0)),
    "polynomial_decay_cycle": lambda: O.SGD(S.PolynomialDecay(0.1, decay_steps=3, end_learning_rate=0.01, cycle=True)),
    "cosine_decay": lambda: O.SGD(S.CosineDecay(0.1, decay_steps=6, alpha=0.1)),
    "cosine_decay_warmup": lambda: O.Adam(S.CosineDecay(0.001, 6, warmup_target=0.05, warmup_steps=3)),
    "cosine_decay_restarts": lambda: O.SGD(S.CosineDecayRestarts(0.1, first_decay_steps=3, t_mul=1.5, m_mul=0.9)),
    "piecewise_constant_decay": lambda: O.SGD(S.PiecewiseConstantDecay([2, 4], [0.1, 0.05, 0.01])),
    "schedule_and_accumulation": lambda: O.Adam(S.ExponentialDecay(0.05, 2, 0.8), gradient_accumulation_steps=2),
}

CASES = {f"optimizer_{name}": Case(small, optimizer=make) for name, make in OPTIMIZERS.items()}
CASES["optimizer_mixed_frozen"] = Case(
    lambda: [L.Embedding(WORDS, 2, trainable=False), L.Flatten(), L.Dense(2), L.Dense(2, trainable=False), L.Dense(1)],
    optimizer=lambda: O.Adam(0.02, use_ema=True, gradient_accumulation_steps=2),
)
CASES["optimizer_by_name"] = Case(small, optimizer=lambda: "adamw")
CASES["optimizer_untrained"] = Case(small, optimizer=lambda: O.Adam(0.02), epochs=0)
