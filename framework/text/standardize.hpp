#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

/// One step of turning text into tokens: the name of a built-in one, a function of the text, or std::nullopt for none.
template <class Result>
class TextStep {
 public:
  using Function = Callable<Result(const std::string&)>;

  TextStep(std::nullopt_t) : is_none_(true) {}
  TextStep(const char* name) : name_(name) {}
  TextStep(std::string name) : name_(std::move(name)) {}
  template <class F>
  requires std::is_invocable_r_v<Result, F&, const std::string&> TextStep(F function)
      : is_function_(true), function_(std::move(function)) {}

  /// Empty unless it is a name, null unless it is a function.
  std::string_view name() const { return name_; }
  const Function* function() const { return is_function_ ? &function_ : nullptr; }
  bool is_none() const { return is_none_; }

 private:
  bool is_none_ = false, is_function_ = false;
  std::string name_;
  Function function_;
};

using Standardize = TextStep<std::string>;
using Split = TextStep<std::vector<std::string>>;

/// The lengths of n-grams, 1 … 10,000: `2` means 1 and 2, `{2}` just 2, `{3, 1}` those two in that order.
class Ngrams {
 public:
  static constexpr int most = 10'000;

  Ngrams() = default;
  Ngrams(int longest);
  Ngrams(std::initializer_list<int> lengths);

  const std::vector<int>& lengths() const { return lengths_; }

 private:
  std::vector<int> lengths_;
};

/// A … Z become a … z; other letters stay, as in Keras.
std::string lower(std::string text);
/// Without !"#$%&'()*+,-./:;<=>?@[\]^_`{|}~; the text around closes up ("it's" becomes "its").
std::string strip_punctuation(std::string text);
/// The parts between runs of white space: blank, tab, line feed, vertical tab, form feed, carriage return.
std::vector<std::string> split_whitespace(std::string_view text);
/// All runs of `length` neighbouring tokens, joined with blanks, for one length after the other. Throws
/// ValueError for a length below 1 or above Ngrams::most.
std::vector<std::string> make_ngrams(const std::vector<std::string>& tokens, const std::vector<int>& lengths);

}  // namespace cornu::text
CORNU_EXPORT_END
