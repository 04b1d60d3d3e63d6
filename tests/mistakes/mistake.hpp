#pragma once
#include <functional>
#include <string>
#include <vector>

#include <cornu/framework/model/sequential.hpp>

/// What a person who knows Keras or PyTorch does wrong on the first day with cornu, and what they are told.
/// `tests/mistakes/list` prints it all as a table, from the sources.
namespace cornu::testing {

struct Mistake {
  std::string what;            ///< a sentence
  std::function<void()> make;  ///< the code, without what stands around it
  /// The text of the error that is thrown or, where the program goes on, of the log. "..." stands for a list of names
  /// that grows with the library.
  std::string message;
};

/// Makes the mistakes one after the other, in a folder that is empty to begin with.
void check_mistakes(const std::vector<Mistake>& mistakes);

/// Models to make mistakes with, compiled, that write nothing: one Dense layer with the loss that fits it.
Sequential regression();      ///< a number
Sequential yes_or_no();       ///< a sigmoid
Sequential classification();  ///< three classes, labels are class ids
Sequential one_hot_classification();
/// An Embedding of 10 words of 4 features, their mean, a sigmoid.
Sequential reviews();

/// A file of that text in the present folder; its path.
std::string write(const std::string& path, const std::string& text);

}  // namespace cornu::testing
