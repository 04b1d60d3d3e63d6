"""Keras on the CPU, on one thread, quietly: import this before Keras. KERAS_BACKEND is jax unless it is set.

What JAX compiles goes to the folder that ROUNDTRIP_CACHE names, so that the next run need not compile it again.
"""

import os
import warnings

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["XLA_FLAGS"] = " ".join(
    [
        "--xla_cpu_multi_thread_eigen=false",
        "intra_op_parallelism_threads=1",
        "--xla_backend_optimization_level=0",
        "--xla_llvm_disable_expensive_passes=true",
    ]
)

BACKEND = os.environ["KERAS_BACKEND"]

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jax
    import keras

if "ROUNDTRIP_CACHE" in os.environ:
    jax.config.update("jax_compilation_cache_dir", os.environ["ROUNDTRIP_CACHE"])
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def versions():
    """What the numbers were computed with."""
    import h5py
    import numpy

    names = f"Keras {keras.__version__}, "
    if BACKEND == "tensorflow":
        import tensorflow

        names += f"TensorFlow {tensorflow.__version__}, "
    else:
        names += f"JAX {jax.__version__}, "
    return names + f"NumPy {numpy.__version__}, h5py {h5py.__version__}"
