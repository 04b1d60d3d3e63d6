"""The workloads of workloads.cpp in PyTorch and Keras, for figures to put beside cornu's.

    python3 -m venv peers && peers/bin/pip install torch keras jax
    taskset --cpu-list 0 peers/bin/python tests/benchmarks/peers.py

Prints the median CPU time of a step in microseconds, one thread, for each framework that can be imported. Keras is timed
as its users call it, by fit on 100 batches; KERAS_BACKEND chooses jax (here the default) or tensorflow.
"""

import os
import statistics
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

VOCABULARY, BATCH = 8192, 32


def report(framework, workload, run, steps=1, seconds=2.0):
    """Calls run(), which does `steps` steps, for a while, and prints the median time of a step."""
    for _ in range(3):
        run()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.process_time()
        run()
        times.append((time.process_time() - start) / steps * 1e6)
    print(f"{workload:<8} {framework:<12} {statistics.median(times):12.1f} us", flush=True)


def pytorch():
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(0)

    class TextClassifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.hidden, self.out = nn.Embedding(VOCABULARY, 16), nn.Linear(16, 16), nn.Linear(16, 1)

        def forward(self, ids):
            return self.out(torch.relu(self.hidden(self.embedding(ids).mean(1))))

    def train(workload, model, optimizer, loss, x, y):
        def step():
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()

        report("PyTorch", workload, step)

    for length in (64, 256):
        model = TextClassifier()
        ids = torch.randint(VOCABULARY, (BATCH, length))
        labels = torch.randint(2, (BATCH, 1)).float()
        train(f"W1s{length}", model, torch.optim.Adam(model.parameters()), nn.BCEWithLogitsLoss(), ids, labels)

    model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9)
    train("W2", model, optimizer, nn.CrossEntropyLoss(), torch.randn(128, 784), torch.randint(10, (128,)))

    class Recurrent(nn.Module):
        """The last state of a recurrent layer, and one Dense; of sequences as long as `lengths` says, packed."""

        def __init__(self, layer, lengths=None):
            super().__init__()
            self.embedding, self.layer, self.lengths = nn.Embedding(VOCABULARY, 64), layer, lengths
            self.out = nn.Linear(128 if layer.bidirectional else 64, 1)

        def forward(self, ids):
            x = self.embedding(ids)
            if self.lengths is not None:
                x = nn.utils.rnn.pack_padded_sequence(x, self.lengths, batch_first=True, enforce_sorted=False)
            state = self.layer(x)[1]
            return self.out(torch.cat(list(state[0] if isinstance(state, tuple) else state), 1))

    recurrent = {
        "W4": Recurrent(nn.LSTM(64, 64, batch_first=True)),
        "W4gru": Recurrent(nn.GRU(64, 64, batch_first=True)),
        "W4masked": Recurrent(nn.LSTM(64, 64, batch_first=True), torch.full((BATCH,), 50)),
        "W4lengths": Recurrent(nn.LSTM(64, 64, batch_first=True), torch.randint(1, 101, (BATCH,))),
        "W4both": Recurrent(nn.LSTM(64, 64, batch_first=True, bidirectional=True)),
    }
    for workload, model in recurrent.items():
        ids, labels = torch.randint(VOCABULARY, (BATCH, 100)), torch.randint(2, (BATCH, 1)).float()
        train(workload, model, torch.optim.Adam(model.parameters()), nn.BCEWithLogitsLoss(), ids, labels)

    model = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Flatten(), nn.Linear(1600, 10))
    optimizer = torch.optim.Adam(model.parameters())
    train("W5", model, optimizer, nn.CrossEntropyLoss(), torch.randn(64, 1, 28, 28), torch.randint(10, (64,)))

    class Encoder(nn.Module):
        def __init__(self, rate):
            super().__init__()
            self.block = nn.TransformerEncoderLayer(128, 4, 512, dropout=rate, batch_first=True)
            self.block.dropout = nn.Identity()  # between its linear layers
            self.out = nn.Linear(128, 2)

        def forward(self, x):
            return self.out(self.block(x).mean(1))

    for workload, rate in {"W6": 0, "W6drop": 0.1}.items():
        model = Encoder(rate)
        optimizer = torch.optim.Adam(model.parameters())
        train(workload, model, optimizer, nn.CrossEntropyLoss(), torch.randn(16, 128, 128), torch.randint(2, (16,)))

    model = TextClassifier().eval()
    for batch in (1, 32):
        ids = torch.randint(VOCABULARY, (batch, 64))
        with torch.inference_mode():
            report("PyTorch", f"W7b{batch}", lambda: torch.sigmoid(model(ids)))


def keras():
    import keras
    import numpy as np
    from keras import layers

    random = np.random.default_rng(0)
    name = f"Keras-{keras.backend.backend()}"

    def text_classifier():
        return keras.Sequential(
            [
                layers.Embedding(VOCABULARY, 16),
                layers.GlobalAveragePooling1D(),
                layers.Dense(16, activation="relu"),
                layers.Dense(1, activation="sigmoid"),
            ]
        )

    for length in (64, 256):
        model = text_classifier()
        model.compile("adam", "binary_crossentropy")
        ids = random.integers(0, VOCABULARY, (BATCH * 100, length)).astype("int32")
        labels = random.integers(0, 2, (BATCH * 100, 1)).astype("float32")
        report(name, f"W1s{length}", lambda: model.fit(ids, labels, batch_size=BATCH, verbose=0), steps=100)

    model = keras.Sequential([layers.Dense(512, activation="relu"), layers.Dense(512, activation="relu"), layers.Dense(10)])
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = random.normal(size=(1280, 784)).astype("float32"), random.integers(0, 10, 1280)
    report(name, "W2", lambda: model.fit(x, y, batch_size=128, verbose=0), steps=10)

    model = keras.Sequential(
        [
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = random.normal(size=(640, 28, 28, 1)).astype("float32"), random.integers(0, 10, 640)
    report(name, "W5", lambda: model.fit(x, y, batch_size=64, verbose=0), steps=10)

    for workload, rate in {"W6": 0, "W6drop": 0.1}.items():
        x = keras.Input((128, 128))
        attended = layers.Dropout(rate)(layers.MultiHeadAttention(4, 32, dropout=rate)(x, x))
        seen = layers.LayerNormalization(epsilon=1e-5)(x + attended)
        thought = layers.Dropout(rate)(layers.Dense(128)(layers.Dense(512, activation="relu")(seen)))
        block = layers.LayerNormalization(epsilon=1e-5)(seen + thought)
        model = keras.Model(x, layers.Dense(2)(layers.GlobalAveragePooling1D()(block)))
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        inputs, labels = random.normal(size=(160, 128, 128)).astype("float32"), random.integers(0, 2, 160)
        report(name, workload, lambda: model.fit(inputs, labels, batch_size=16, verbose=0), steps=10)

    model = text_classifier()
    for batch in (1, 32):
        ids = random.integers(0, VOCABULARY, (batch, 64)).astype("int32")
        report(name, f"W7b{batch}", lambda: model.predict_on_batch(ids))


for framework in (pytorch, keras):
    try:
        framework()
    except ImportError as missing:
        print(f"{framework.__name__}: not measured ({missing})")
