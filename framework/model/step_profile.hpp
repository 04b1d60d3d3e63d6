#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Milliseconds of a training step, by what is done in them.
struct StepTime {
  double forward = 0;
  double backward = 0;
  double update = 0;  ///< by the optimizer, also of rows that had waited until they are read
  double other = 0;   ///< what is none of these: data, callbacks

  double total() const { return forward + backward + update + other; }
};

/// Where the time of a training step goes, layer by layer. fit() measures it on request, and prints the table unless
/// verbose is 0:
///
///     const History history = model.fit(x, y, {.epochs = 3, .profile = true});
///     history.profile()["encoder/dense"].backward                  // milliseconds
///
/// The times are means over the steps of a fit() after the first two, in which layers are built and memory is taken.
/// A layer that passes its gradient back without writing it out, as max pooling does, leaves the writing to the layer
/// that uses it, and that time too.
/// Keras has no such option: there one asks the profiler of its backend, for TensorFlow with
/// TensorBoard(profile_batch=…).
struct StepProfile {
  struct Layer {
    std::string path;  ///< its name behind those of the layers that it is part of: "encoder/dense"
    StepTime time;     ///< without that of layers within it
  };

  /// How many steps were measured; 0 when the training had no more than two. All times are 0 then.
  std::int64_t steps = 0;
  /// None when no step was measured. In the model's order, and each before those within it. A layer that is called
  /// several times is one; what was never called by itself, such as the cell of an LSTM, counts to the layer that it is
  /// part of.
  std::vector<Layer> layers = {};
  StepTime model = {};  ///< what the model itself does between its layers
  StepTime loss = {};   ///< of loss and metrics, and regularizers of weights
  /// What is left of the step: batches, callbacks that batches call, the progress bar, and what an optimizer does for
  /// all variables at once. Shuffling, validation and what an epoch's callbacks do are not part of a step.
  StepTime rest = {};

  /// The layer with that path. Throws StateError where no step was measured, IndexError, listing the paths there are,
  /// for another one.
  const StepTime& operator[](std::string_view path) const;
  /// The whole step: all of the above.
  StepTime step() const;
  /// The table, with lines of that many columns, or a few more where they are too narrow for the numbers.
  std::string text(int columns = 80) const;
};

}  // namespace cornu
CORNU_EXPORT_END
