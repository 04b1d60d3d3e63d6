#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <thread>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using random::categorical, testing::message_of;

namespace {
constexpr float never = -std::numeric_limits<float>::infinity();

std::vector<int> counts_of(const Tensor& drawn, std::int64_t row, std::size_t classes) {
  std::vector<int> counts(classes);
  const Tensor picked = ops::select(drawn, 0, row);
  for (const std::int32_t each : picked.values<std::int32_t>()) ++counts.at(static_cast<std::size_t>(each));
  return counts;
}
}  // namespace

TEST_CASE("categorical: classes come as often as their probabilities say") {
  random::set_seed(1);
  const Tensor logits({{std::log(1.f), std::log(2.f), std::log(7.f)}, {200.f, 200.f, 100.f}});
  const Tensor drawn = categorical(logits, 40'000);
  CHECK(drawn.shape() == Shape{2, 40'000});
  CHECK(drawn.dtype() == int32);
  const std::vector<int> first = counts_of(drawn, 0, 3), second = counts_of(drawn, 1, 3);
  CHECK(std::abs(first[0] - 4'000) < 240);  // 4 standard deviations: 4·√(40,000·p·(1 − p))
  CHECK(std::abs(first[1] - 8'000) < 320);
  CHECK(std::abs(first[2] - 28'000) < 367);
  CHECK(std::abs(second[0] - 20'000) < 400);
  CHECK(second[2] == 0);  // e^−100
}

TEST_CASE("categorical: what is added to all logits of a row does not matter, however large") {
  const Tensor logits({{0.f, 1.f, 2.f}});
  const Tensor plain = categorical(logits, 100, int32, random::Generator(5));
  for (const float more : {3e38f, -3e38f, 1e4f}) {
    const Tensor moved({{more, more, more}});
    CHECK(counts_of(categorical(moved, 300, int32, random::Generator(5)), 0, 3)[1] > 50);
  }
  CHECK(ops::array_equal(plain, categorical(logits + 1024.0, 100, int32, random::Generator(5))));
}

TEST_CASE("categorical: a logit of -inf never comes, at the front, in the middle, at the end") {
  const Tensor logits({{never, 0.f, never, 0.f, never}, {never, never, never, never, -5.f}});
  const Tensor drawn = categorical(logits, 5'000, int32, random::Generator(1));
  const std::vector<int> counts = counts_of(drawn, 0, 5);
  CHECK(counts[1] + counts[3] == 5'000);
  CHECK(counts[1] > 2'000);
  CHECK(counts[3] > 2'000);
  CHECK(counts_of(drawn, 1, 5)[4] == 5'000);
}

TEST_CASE("categorical: the seed fixes the draws, on any thread") {
  random::set_seed(3);
  const Tensor logits = random::normal({8, 50});
  const auto draw = [&] { return categorical(logits, 6, int64, random::Generator(9)); };
  const Tensor first = draw();
  Tensor other;
  std::thread([&] { other = draw(); }).join();
  CHECK(first.dtype() == int64);
  CHECK(ops::array_equal(first, other));
  random::set_seed(4);
  const Tensor global = categorical(logits, 6), next = categorical(logits, 6);
  random::set_seed(4);
  CHECK(ops::array_equal(global, categorical(logits, 6)));
  CHECK_FALSE(ops::array_equal(global, next));
}

TEST_CASE("categorical: float64 logits, one class, no rows, no samples") {
  CHECK(categorical(Tensor::zeros({2, 1}, float64), 3).to_vector<std::int32_t>() == std::vector<std::int32_t>(6));
  CHECK(categorical(Tensor::zeros({0, 4}), 3).shape() == Shape{0, 3});
  CHECK(categorical(Tensor::zeros({2, 4}), 0).shape() == Shape{2, 0});
  CHECK(categorical(Tensor::zeros({0, 0}), 3).shape() == Shape{0, 3});
}

TEST_CASE("categorical: refuses rows without a class, NaN, +inf, other ranks and dtypes") {
  const auto error_of = [](const Tensor& logits) { return message_of<ValueError>([&] { categorical(logits, 1); }); };
  CHECK(error_of(Tensor({{0.f, 0.f}, {never, never}})) ==
        "[random::categorical] no class can come; got -inf for every class in row 1; expected a finite logit in each "
        "row");
  CHECK(error_of(Tensor::zeros({3, 0})) ==
        "[random::categorical] no class can come; got no logit in row 0; expected a finite logit in each row");
  CHECK(error_of(Tensor({{0.f, 0.f}, {0.f, std::nanf("")}})) ==
        "[random::categorical] a logit is nan; got it at (1, 1); expected finite numbers or -inf");
  CHECK_THROWS_AS(categorical(Tensor({{0.f, -never}}), 1), ValueError);
  CHECK_THROWS_AS(categorical(Tensor({{0, 1}}), 1), ValueError);
  CHECK_THROWS_AS(categorical(Tensor({0.f, 1.f}), 1), ShapeError);
  CHECK_THROWS_AS(categorical(Tensor({{0.f, 1.f}}), -1), ValueError);
  CHECK_THROWS_AS(categorical(Tensor({{0.f, 1.f}}), 1, float32), ValueError);
}
