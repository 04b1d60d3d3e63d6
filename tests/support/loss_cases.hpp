#pragma once
#include <functional>
#include <memory>
#include <string>

#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::testing {

/// The shape that fixtures call "2x3".
Shape shape_of(std::string text);

/// A case of tests/fixtures/losses.txt, read from its name: "scce_logits/3x5_masked_weighted3".
struct LossCase {
  explicit LossCase(const std::string& name);
  /// What follows a word of the suffix: "2x3" of "_masked_weighted2x3"; "" where the word is not there.
  std::string after(const std::string& word) const;

  std::string name, loss, shape, suffix;
  bool from_logits;
  double smoothing;
  DType dtype;
};

using MakeLoss = std::function<std::shared_ptr<losses::Loss>(const LossCase&, const std::string& reduction)>;

/// Compares values, reductions and gradients of a loss ("scce"), made for each of its cases, with Keras's. `labels`
/// says which inputs it takes ("ids"). Returns how many cases there are.
int check_loss_cases(const std::string& loss, const std::string& labels, const MakeLoss& make);

}  // namespace cornu::testing
