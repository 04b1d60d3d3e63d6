// Activations and losses on several threads.
#include <doctest/doctest.h>

#include <algorithm>

#include <functional>

#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/ops/gelu.hpp>

#include "tests/support/same_on_threads.hpp"

using namespace cornu;
using testing::same_on_threads;
using testing::WithThreads;

namespace {

using Function = std::function<Tensor(const Tensor&)>;

// f's value and gradient.
std::vector<Tensor> both(const Function& f, const Tensor& x) {
  return same_on_threads([&](const std::vector<Tensor>& in) { return f(in[0]); }, {x});
}

// The value and the gradient of Σ f · weights, a few rows at a time: each too little for two threads.
std::vector<Tensor> in_small_parts(const Function& f, const Tensor& x) {
  const Tensor weights = random::normal(x.shape(), 0, 1, x.dtype(), random::Generator(3));
  std::vector<Tensor> values, gradients;
  for (std::int64_t first = 0; first < x.dim(0); first += 10) {
    const std::int64_t last = std::min(first + 10, x.dim(0));
    const Tensor part = ops::slice(x, 0, {.start = first, .stop = last});
    GradientTape tape;
    tape.watch(part);
    values.push_back(f(part));
    gradients.push_back(
        tape.gradient(ops::sum(values.back() * ops::slice(weights, 0, {.start = first, .stop = last})), part)
            .to_dense());
  }
  return {ops::concatenate(values, 0), ops::concatenate(gradients, 0)};
}

Tensor exact_gelu(const Tensor& x) { return ops::gelu(x); }
Tensor gelu_by_tanh(const Tensor& x) { return ops::gelu(x, true); }
Tensor softmax(const Tensor& x) { return ops::softmax(x); }
Tensor log_softmax(const Tensor& x) { return ops::log_softmax(x); }

}  // namespace

TEST_CASE("threads, activations: values and gradients have the bits of small parts") {
  random::set_seed(7);
  for (const DType dtype : {float32, float64}) {
    const Tensor x = random::normal({661, 203}, 0, 2, dtype);
    for (Tensor (*f)(const Tensor&) :
         {ops::relu, ops::sigmoid, ops::tanh, exact_gelu, gelu_by_tanh, softmax, log_softmax}) {
      const std::vector<Tensor> got = both(f, x), expected = in_small_parts(f, x);
      CHECK(testing::same_bits(got[0], expected[0]));
      CHECK(testing::same_bits(got[1], expected[1]));
    }
  }
}

TEST_CASE("threads, losses: values and gradients have the bits of small parts") {
  random::set_seed(7);
  const Tensor x = random::normal({13'009, 11}), p = ops::sigmoid(2 * x);
  const Tensor labels = ops::cast(ops::less(random::uniform(x.shape()), 0.3), float32);
  const Tensor ids = random::randint({x.dim(0)}, 0, x.dim(1), int32);
  for (const bool from_logits : {false, true}) {
    const Tensor& y = from_logits ? x : p;
    both([&](const Tensor& in) { return losses::binary_crossentropies(labels, in, from_logits); }, y);
    const auto gradient =
        both([&](const Tensor& in) { return losses::sparse_crossentropies(ids, in, from_logits); }, y);
    const auto plain = [&](const auto& in) { return losses::plain_sparse_crossentropies(ids, in[0], from_logits); };
    CHECK(ops::all_close(gradient[1], testing::value_and_gradients(plain, {y})[1], 1e-5, 1e-5));
  }
}

TEST_CASE("threads, statistics: positions of the largest, and cumulative sums") {
  random::set_seed(7);
  const Tensor x = random::randint({301, 203}, 0, 50), row = ops::slice(x, 0, {.start = 300, .stop = 301});
  const WithThreads one(1);
  const Tensor largest = ops::argmax(x, -1), sums = ops::cumsum(x, -1);
  CHECK(ops::array_equal(ops::slice(largest, 0, {.start = 300, .stop = 301}), ops::argmax(row, -1)));
  CHECK(ops::array_equal(ops::slice(sums, 0, {.start = 300, .stop = 301}), ops::cumsum(row, -1)));
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    CHECK(ops::array_equal(ops::argmax(x, -1), largest));
    CHECK(ops::array_equal(ops::cumsum(x, -1), sums));
  }
}
