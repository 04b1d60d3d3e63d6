#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::testing {

/// Expected values that a script computed with Keras: the records of tests/fixtures/<file>.txt.
///
///     const Fixture losses("losses");
///     const Tensor y_pred = losses.tensor("inputs/binary/3x5/y_pred");
///     CHECK(loss == doctest::Approx(losses.scalar("bce/3x5/sum")));
///
/// What the records of a file are called stands at the top of its script, tests/fixtures/make_<file>.py.
class Fixture {
 public:
  /// Reads the whole file. Throws FileError when it is missing or a line is damaged, naming file and line.
  explicit Fixture(std::string_view file);

  /// The record of that name, with its shape and dtype. Throws FileError, naming its neighbours.
  const Tensor& tensor(const std::string& name) const;
  /// The only element of a record. Throws ShapeError when it has several.
  double scalar(const std::string& name) const { return tensor(name).item<double>(); }

  bool has(const std::string& name) const { return records_.contains(name); }
  /// Names that begin so, in alphabetical order.
  std::vector<std::string> names(std::string_view prefix = {}) const;

 private:
  std::string path_;
  std::map<std::string, Tensor> records_;
};

/// Where tests/fixtures/<file> lies, for files that are no text.
std::string fixture_path(std::string_view file);

/// The text of tests/fixtures/<file>.txt below its header line: what Keras prints, for example
/// "summary_text_classifier". Throws FileError when it is missing.
std::string fixture_text(std::string_view file);

/// Where a file of tests/fixtures lies, for example "archive/keras.zip".
std::string fixture_path(std::string_view file);

}  // namespace cornu::testing
