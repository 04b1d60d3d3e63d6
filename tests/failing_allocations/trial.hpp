#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::testing {

/// What can be seen of some objects, bit for bit.
using State = std::vector<std::string>;

/// Shape, dtype and elements.
std::string bits_of(const Tensor& tensor);
State bits_of(const std::vector<Tensor>& tensors);
/// Names and contents of the files in a folder, in order.
State files_in(const std::string& folder);

/// Objects in a certain state, and a call that is to be disturbed.
struct Trial {
  std::function<void()> call;
  std::function<State()> state = {};  ///< what a failing call must leave as it was
  std::function<State()> rest = {};   ///< goes on after the call, and tells all that came of it
  /// A call of many steps may fail after some of them. `steps` tells the states that an undisturbed call passes,
  /// `go_on(n)` does what is left after the n-th of them.
  std::function<std::vector<State>()> steps = {};
  std::function<void(std::size_t step)> go_on = {};
};

struct Case {
  std::string call, name;
  std::function<Trial()> prepare;
};

std::vector<Case> training_cases();
std::vector<Case> optimizer_cases_of_steps();
std::vector<Case> weight_cases();
std::vector<Case> file_cases();
std::vector<Case> text_cases();
std::vector<Case> data_cases();

}  // namespace cornu::testing
