#include <cornu/layers/recurrent/cell_dropout.hpp>

#include <doctest/doctest.h>

#include "tests/support/same_bits.hpp"

using namespace cornu;
using layers::detail::drawn_masks;

TEST_CASE("cell dropout: masks are drawn one after the other, and the generator goes on with the next call") {
  for (const double rate : {0.3, 1.0}) {
    std::optional<random::Generator> generator = random::Generator(4);
    random::Generator one_by_one(4);
    for (int call = 0; call < 2; ++call)
      for (const Tensor& mask : drawn_masks(generator, {3, 5}, rate, 3, float64))
        for (const double value : mask.values<double>())
          CHECK(value == (one_by_one.uniform() >= rate ? 1 / (1 - rate) : 0.0));
    CHECK(testing::same_bits(generator->state(), one_by_one.state()));
  }
}

TEST_CASE("cell dropout: a rate of 0 draws nothing") {
  std::optional<random::Generator> generator = random::Generator(4);
  CHECK(drawn_masks(generator, {3, 5}, 0, 4, float32).empty());
  CHECK(testing::same_bits(generator->state(), random::Generator(4).state()));
}

TEST_CASE("cell dropout: without a generator the masks are the library's next ones") {
  std::optional<random::Generator> none;
  random::set_seed(3);
  const Tensor mask = drawn_masks(none, {40}, 0.5, 1, float32)[0];
  CHECK_FALSE(none.has_value());
  random::set_seed(3);
  random::Generator next = random::next_generator();
  for (const float value : mask.values<float>()) CHECK(value == (next.uniform() >= 0.5 ? 2.F : 0.F));
}
