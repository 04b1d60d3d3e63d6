"""The trip of one case, against what Keras wrote: a stage each, with the largest difference that it found."""

import traceback
import warnings

import expected
from compare import TRAINING, figures_close, lists_close, require, same_config, same_counts, same_file
from program import Refusal

STAGES = ("read", "predict", "fit", "written", "back")


class Trip:
    """`folder` holds what expected.make made; `player` plays cornu's part."""

    def __init__(self, case, folder, player):
        self.case, self.folder, self.player = case, folder, player
        self.file, self.weights = folder / "model.keras", expected.left_weights(case, folder)
        self.written = folder / expected.trained_name(case, "written")
        self.returned = None  # what Keras reads of it

    def read(self):
        """The model is recognised: as many parameters as Keras counts."""
        return same_counts(self.player.summary(self.case, self.file), (self.folder / "summary.txt").read_text())

    def close_outputs(self):
        theirs = expected.read_arrays(self.folder / "predict.npz", "output")
        return lists_close(self.player.predict(self.case, self.file, self.weights), theirs, self.case.limit, "output")

    def predict(self):
        far = self.close_outputs()
        if not (self.folder / "evaluate.json").exists():
            return far
        figures = self.player.evaluate(self.case, self.file, self.weights)
        theirs = expected.read_json(self.folder / "evaluate.json")
        return max(far, figures_close(figures, theirs, self.case.limit, (), "evaluate"))

    def fit(self):
        """Two more epochs: the history, and every array of the file, the optimizer's too."""
        history = self.player.fit(self.case, self.file, 2, self.written, self.weights)
        if not self.case.trains:
            return None
        theirs = expected.read_json(self.folder / "trained.json")
        far = figures_close(history, theirs, TRAINING, self.case.ignore, "history")
        return max(far, same_file(self.written, self.folder / expected.trained_name(self.case)))

    def load_written(self):
        """Keras opens the file, and warns of nothing that it does not warn of in its own."""
        with warnings.catch_warnings(record=True) as own:
            warnings.simplefilter("always")
            original = expected.load(self.case, self.folder)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            model = expected.load(self.case, self.folder, self.written.name)
        new = len(seen) > len(own)
        require(not new, f"Keras warns: {[str(w.message)[:200] for w in seen]}")
        return original, model

    def open(self):
        """What the file says is what the one that left said; it predicts what Keras's own does."""
        original, self.returned = self.load_written()
        same_config(self.returned, original)
        if not self.case.trains:
            return None
        theirs = expected.read_arrays(self.folder / "trained.npz", "output")
        return lists_close(self.case.predict(self.returned), theirs, TRAINING, "output")

    def back(self):
        """One more epoch in Keras, as if the model had never left."""
        if not self.case.trains:
            return None
        model = self.load_written()[1] if self.case.forgets else self.returned
        history = self.case.fit(model, 1)
        theirs = expected.read_json(self.folder / "later.json")
        far = figures_close(history, theirs, TRAINING, self.case.ignore, "history")
        for name, ours in (("weight", model.get_weights()), ("output", self.case.predict(model))):
            theirs = expected.read_arrays(self.folder / "later.npz", name)
            far = max(far, lists_close(ours, theirs, TRAINING, f"later {name}"))
        return far

    def stages(self):
        yield "read", self.read
        yield "predict", self.predict
        if self.case.trains or self.case.structure:
            yield "fit", self.fit
            yield "written", self.open
            yield "back", self.back

    def refused(self):
        """What needs what is missing is refused, and the reason names it."""
        self.written.unlink(missing_ok=True)
        far = self.close_outputs() if self.case.predicts else 0.0
        for action in (self.evaluate_whole, self.fit_whole) if self.case.predicts else (self.read_whole, self.predict_whole):
            try:
                action()
            except Refusal as refusal:
                missing = [name for name in self.case.refused if name not in str(refusal)]
                require(not missing, f"the refusal does not name {missing}: {refusal}")
            else:
                require(False, "the file was not refused")
        require(not self.written.exists(), "a file was written all the same")
        return far

    def read_whole(self):
        self.player.summary(self.case, self.file)

    def predict_whole(self):
        self.player.predict(self.case, self.file)

    def evaluate_whole(self):
        self.player.evaluate(self.case, self.file)

    def fit_whole(self):
        self.player.fit(self.case, self.file, 1, self.written)

    def run(self):
        """{stage: difference, None or a text that says what failed}; later stages need the earlier ones."""
        results = {}
        stages = [("read", self.refused)] if self.case.refused else self.stages()
        with self.case.numbers():
            for name, stage in stages:
                try:
                    results[name] = stage()
                except Exception as error:  # whatever happens is the result of this case
                    results[name] = describe(error)
                    if name != "read":
                        break
        return results


def describe(error):
    text = str(error).strip() or traceback.format_exc(limit=-1)
    return text if type(error).__name__ in ("Difference", "Refusal") else f"{type(error).__name__}: {text}"
