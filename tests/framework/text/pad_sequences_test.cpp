#include <cornu/framework/text/pad_sequences.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <sstream>

#include "tests/support/fixture.hpp"
#include "tests/support/throws.hpp"

using cornu::Shape;
using cornu::Tensor;
using cornu::text::pad_sequences;
using cornu::text::PadOptions;
using Sequences = std::vector<std::vector<std::int32_t>>;

namespace {

const Sequences sequences{{1, 2, 3}, {}, {4}, {5, 6, 7, 8}};

void check_equal(const Tensor& got, const Tensor& expected) {
  CHECK(got.dtype() == expected.dtype());
  CHECK(got.shape() == expected.shape());
  CHECK(to_string(got) == to_string(expected));
}

/// "pad/2/int32/pre/post/-1.5" as options.
PadOptions options_of(const std::string& name) {
  std::istringstream fields(name);
  std::string word, maxlen, dtype, value;
  PadOptions options;
  std::getline(fields, word, '/');
  std::getline(fields, maxlen, '/');
  std::getline(fields, dtype, '/');
  std::getline(fields, options.padding, '/');
  std::getline(fields, options.truncating, '/');
  std::getline(fields, value, '/');
  if (maxlen != "None") options.maxlen = std::stoll(maxlen);
  options.dtype = cornu::dtype_from_name(dtype);
  options.value = std::stod(value);
  return options;
}

}  // namespace

TEST_CASE("pad_sequences: every combination of options gives Keras's result") {
  const cornu::testing::Fixture keras("text");
  const std::vector<std::string> names = keras.names("pad/");
  CHECK(names.size() == 48);
  for (const std::string& name : names) {
    CAPTURE(name);
    check_equal(pad_sequences(sequences, options_of(name)), keras.tensor(name));
  }
}

TEST_CASE("pad_sequences: without options it fills in front with zeros") {
  check_equal(pad_sequences({{1, 2, 3}, {1}}), Tensor({{1, 2, 3}, {0, 0, 1}}));
  check_equal(pad_sequences({{1, 2, 3}, {1}}, {.maxlen = 2}), Tensor({{2, 3}, {0, 1}}));
}

TEST_CASE("pad_sequences: sequences of other types are cast") {
  const std::vector<std::vector<double>> numbers{{1.9, -1.9}, {0.5}};
  check_equal(pad_sequences(numbers), Tensor({{1, -1}, {0, 0}}));
  check_equal(pad_sequences(numbers, {.dtype = cornu::float64}), Tensor({{1.9, -1.9}, {0.0, 0.5}}));
  check_equal(pad_sequences<std::int64_t>({{0, 7}}, {.dtype = cornu::boolean}), Tensor({{false, true}}));
}

TEST_CASE("pad_sequences: no sequences, and sequences without elements") {
  CHECK(pad_sequences(Sequences{}).shape() == Shape{0, 0});
  CHECK(pad_sequences(Sequences{}, {.maxlen = 3}).shape() == Shape{0, 3});
  CHECK(pad_sequences(Sequences{{}, {}}).shape() == Shape{2, 0});
  check_equal(pad_sequences(Sequences{{}}, {.maxlen = 2, .value = 7}), Tensor({{7, 7}}));
}

TEST_CASE("pad_sequences: what it refuses") {
  CHECK_THROWS_AS(pad_sequences(sequences, {.maxlen = 0}), cornu::ValueError);
  CHECK_THROWS_AS(pad_sequences(sequences, {.padding = "left"}), cornu::ValueError);
  CHECK_THROWS_AS(pad_sequences(Sequences{}, {.truncating = ""}), cornu::ValueError);
  CHECK_THROWS_AS(pad_sequences(sequences, {.value = 3e9}), cornu::ValueError);
  CHECK_THROWS_AS(pad_sequences(sequences, {.value = NAN}), cornu::ValueError);
  const std::vector<std::vector<std::int64_t>> large{{1}, {2, std::int64_t{1} << 31}};
  const std::string message = cornu::testing::message_of<cornu::ValueError>([&] { pad_sequences(large); });
  CHECK(message.find("sequence 1") != std::string::npos);
  CHECK(message.find("2147483648") != std::string::npos);
  CHECK(pad_sequences(large, {.dtype = cornu::int64}).at<std::int64_t>(1, 1) == std::int64_t{1} << 31);
}
