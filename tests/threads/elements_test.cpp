// Ops that take their elements one by one, on several threads.
#include <doctest/doctest.h>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::WithThreads;

namespace {

// f's result, which is the same with any number of threads.
template <class F>
Tensor of_any_threads(const F& f) {
  const WithThreads one(1);
  const Tensor expected = f();
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    CAPTURE(threads);
    CHECK(ops::array_equal(f(), expected));
  }
  return expected;
}

// f of a part of x after the other, each small enough for one thread.
Tensor in_small_parts(const Tensor& x, Tensor (*f)(const Tensor&)) {
  std::vector<std::int64_t> positions;
  for (std::int64_t i = 1000; i < x.dim(0); i += 1000) positions.push_back(i);
  Tensors parts = ops::split(x, positions, 0);
  for (Tensor& part : parts) part = f(part);
  return ops::concatenate(parts, 0);
}

Tensor plus_one(const Tensor& x) { return x + 1; }
Tensor one_over(const Tensor& x) { return 1 / x; }
Tensor clipped(const Tensor& x) { return ops::clip(x, 0.5, 1); }
Tensor as_double(const Tensor& x) { return ops::cast(x, float64); }

}  // namespace

TEST_CASE("threads, elements: functions of one operand have the bits of small parts") {
  const Tensor x = random::uniform({200'003}, 0.1, 2);
  for (Tensor (*f)(const Tensor&) :
       {ops::exp, ops::tanh, ops::sigmoid, ops::erf, ops::log, ops::rsqrt, plus_one, one_over, clipped, as_double})
    CHECK(ops::array_equal(of_any_threads([&] { return f(x); }), in_small_parts(x, f)));
}

TEST_CASE("threads, elements: operands of any shapes that go together") {
  const auto numbers = [](const Shape& shape) { return random::randint(shape, -1000, 1000, int64); };
  const std::pair<Shape, Shape> shapes[] = {{{150'001}, {150'001}},
                                            {{500, 401}, {401}},
                                            {{500, 401}, {500, 1}},
                                            {{1, 190'000}, {3, 1}},
                                            {{60, 1, 70, 60}, {1, 30, 70, 1}},
                                            {{3, 1, 300, 400}, {1, 2, 1, 400}},
                                            {{19'000, 2, 1, 3}, {1, 5, 1}},
                                            {{0, 5}, {5}}};
  for (const auto& shape : shapes) {
    CAPTURE(shape.first);
    const Tensor a = numbers(shape.first), b = numbers(shape.second);
    const Tensor sum = of_any_threads([&] { return a + b; });
    CHECK(ops::array_equal(sum - b, ops::broadcast_to(a, sum.shape())));
    CHECK(ops::array_equal(sum - a, ops::broadcast_to(b, sum.shape())));
    const Tensor larger = of_any_threads([&] { return ops::where(ops::greater(a, b), a, b); });
    CHECK(ops::array_equal(larger, ops::maximum(a, b)));
  }
}
