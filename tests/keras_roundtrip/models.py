"""All cases, by name. Each stands in the file of its family; case.py says what a case is."""

import attention_models
import compile_models
import file_models
import graph_models
import layer_family_models
import layer_models
import optimizer_models
import preprocessing_models
import recurrent_models
import refused_models
import weight_models
import window_models
from environment import BACKEND

FAMILIES = [
    layer_models,
    layer_family_models,
    window_models,
    attention_models,
    preprocessing_models,
    recurrent_models,
    graph_models,
    optimizer_models,
    compile_models,
    weight_models,
    file_models,
    refused_models,
]


def named(family):
    for name, case in family.CASES.items():
        case.name = name
        yield name, case


CASES = {}
for family in FAMILIES:
    for name, case in named(family):
        assert name not in CASES, f"two cases named {name}"
        CASES[name] = case


def of_this_backend():
    return [case for case in CASES.values() if case.backend == BACKEND]
