#!/usr/bin/env bash
# gensim 4.4.0 gives "</s>", the word that stands for the end of a line, another vector than the fastText (0.9.2) that
# trained the model: it adds the vectors of the n-grams of its characters, which fastText leaves out for this word alone.
# All other words have fastText's vectors.
source "$(dirname "${BASH_SOURCE[0]}")/environment"
with_packages gensim==4.4.0 fasttext-wheel==0.9.2 numpy==1.26.4

run_python none <<'PYTHON'
import fasttext
import gensim
import numpy as np
from gensim.models.fasttext import load_facebook_vectors

with open("text.txt", "w") as file:
    file.write("the cat sat on the mat\nthe dog sat on the cat\n" * 50)
fasttext.FastText.eprint = lambda *text: None
model = fasttext.train_unsupervised("text.txt", dim=8, minCount=1, bucket=100, epoch=1, thread=1, verbose=0)
model.save_model("model.bin")
vectors = load_facebook_vectors("model.bin")

print(f"gensim {gensim.__version__} beside fastText 0.9.2")
far = {}
for word in model.words:
    far[word] = float(np.abs(vectors[word] - model.get_word_vector(word)).max())
    print(f"{word:<5} largest difference {far[word]:.1e}")
end = far.pop("</s>")
assert max(far.values()) < 1e-6, "other words differ"
assert end > 1e-4, "the end of a line is as in fastText now"
PYTHON
