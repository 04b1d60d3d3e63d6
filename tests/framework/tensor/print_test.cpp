#include <cornu/framework/tensor/tensor.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/support/fixture.hpp"

using cornu::DType;
using cornu::Shape;
using cornu::Tensor;
using cornu::to_string;

namespace {

/// An array and what NumPy prints for it, from tests/fixtures/print.txt.
struct Case {
  std::string array, text;
};

std::vector<Case> read_cases() {
  std::istringstream file(cornu::testing::fixture_text("print"));
  std::vector<Case> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    if (line.starts_with(">> ")) {
      cases.push_back({line.substr(3), ""});
    } else {
      std::string& text = cases.back().text;
      text += (text.empty() ? "" : "\n") + line;
    }
  }
  return cases;
}

template <class T>
Tensor fill(const Shape& shape, std::istream& elements) {
  Tensor tensor = Tensor::uninitialized(shape, cornu::dtype_of<T>);
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    std::string element;
    elements >> element;
    T* data = tensor.mutable_data<T>();
    if constexpr (std::is_same_v<T, float>) {
      data[i] = std::strtof(element.c_str(), nullptr);
    } else if constexpr (std::is_same_v<T, double>) {
      data[i] = std::strtod(element.c_str(), nullptr);
    } else {
      data[i] = static_cast<T>(std::stoll(element));
    }
  }
  return tensor;
}

Tensor parse(const std::string& array) {
  std::istringstream words(array);
  std::string dtype, extent;
  words >> dtype;
  Shape shape;
  while (words >> extent && extent != "|") shape.push_back(std::stoll(extent));
  if (dtype == "float32") return fill<float>(shape, words);
  if (dtype == "float64") return fill<double>(shape, words);
  if (dtype == "int32") return fill<std::int32_t>(shape, words);
  if (dtype == "int64") return fill<std::int64_t>(shape, words);
  return fill<bool>(shape, words);
}

}  // namespace

TEST_CASE("print: every array as NumPy prints it") {
  const std::vector<Case> cases = read_cases();
  REQUIRE(cases.size() > 150);
  for (const Case& one : cases) {
    CAPTURE(one.array);
    CHECK(to_string(parse(one.array)) == one.text);
  }
}

TEST_CASE("print: an element format applies to each element, on one width") {
  const Tensor x({{1.f, -2.5f}, {10.25f, 0.f}});
  CHECK(fmt::format("{:.1f}", x) == "[[ 1.0 -2.5]\n [10.2  0.0]]");
  CHECK(fmt::format("{:+}", Tensor({1, -20})) == "[ +1 -20]");
  CHECK(fmt::format("{:.3f}", Tensor(0.5f)) == "0.500");
  CHECK(fmt::format("{:d}", Tensor({true, false})) == "[1 0]");
  CHECK(to_string(Tensor::full({1500}, 0.125), ".2f") == "[0.12 0.12 0.12 ... 0.12 0.12 0.12]");
  CHECK(to_string(Tensor::zeros({0, 4}), ".2f") == "[]");
}

TEST_CASE("print: fmt and << write the same text") {
  const Tensor x({{1.5f, 2.f}});
  std::ostringstream stream;
  stream << x;
  CHECK(stream.str() == "[[1.5 2. ]]");
  CHECK(fmt::format("{}", x) == stream.str());
}

TEST_CASE("print: tensors without elements say what they are") {
  CHECK(to_string(Tensor::symbolic({cornu::None, 10})) == "<symbolic (None, 10) float32>");
  CHECK(to_string(Tensor::symbolic({}, cornu::boolean), ".3f") == "<symbolic () bool>");
  CHECK(to_string(Tensor()) == "<undefined>");
}

TEST_CASE("print: an element format that does not fit is refused") {
  CHECK_THROWS_AS(fmt::format(fmt::runtime("{:.3f}"), Tensor({1, 2})), fmt::format_error);
  CHECK_THROWS_AS(to_string(Tensor({1.f}), "zz"), fmt::format_error);
  CHECK_THROWS_AS(to_string(Tensor({1.f}), ".{}f"), fmt::format_error);
  CHECK_THROWS_AS(to_string(Tensor({1.f}), "}{"), fmt::format_error);
}
