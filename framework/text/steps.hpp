#pragma once
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace cornu::text {

/// One step of turning text into tokens: the name of a built-in one, a function of the text, or std::nullopt for none.
template <class Result>
class Step {
 public:
  using Function = std::function<Result(const std::string&)>;

  Step(std::nullopt_t) {}                              // NOLINT(google-explicit-constructor)
  Step(const char* name) : way_(std::string(name)) {}  // NOLINT(google-explicit-constructor)
  Step(std::string name) : way_(std::move(name)) {}    // NOLINT(google-explicit-constructor)
  template <class F>
  requires std::is_invocable_r_v<Result, F&, const std::string&> Step(F function)
      : way_(Function(std::move(function))) {}  // NOLINT(google-explicit-constructor)

  /// Empty unless it is a name, null unless it is a function.
  std::string_view name() const {
    const auto* name = std::get_if<std::string>(&way_);
    return name ? std::string_view(*name) : std::string_view();
  }
  const Function* function() const { return std::get_if<Function>(&way_); }
  bool is_none() const { return std::holds_alternative<std::monostate>(way_); }

 private:
  std::variant<std::monostate, std::string, Function> way_;
};

using Standardize = Step<std::string>;
using Split = Step<std::vector<std::string>>;

/// The lengths of n-grams: `2` means 1 and 2, `{2}` just 2, `{3, 1}` those two in that order.
class Ngrams {
 public:
  Ngrams() = default;
  Ngrams(int longest) {  // NOLINT(google-explicit-constructor)
    for (int length = 1; length <= longest; ++length) lengths_.push_back(length);
    if (longest < 1) lengths_.push_back(longest);  // refused by whoever takes it
  }
  Ngrams(std::initializer_list<int> lengths) : lengths_(lengths) {}

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
/// All runs of `length` neighbouring tokens, joined with blanks, for one length after the other.
std::vector<std::string> make_ngrams(const std::vector<std::string>& tokens, const std::vector<int>& lengths);

}  // namespace cornu::text
