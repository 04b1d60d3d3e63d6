#pragma once
#include <doctest/doctest.h>

#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/same_bits.hpp"
#include "tests/support/with_threads.hpp"

namespace cornu::testing {

/// f(inputs), and the gradients of Σ f(inputs) · weights with respect to each of them.
template <class F>
std::vector<Tensor> value_and_gradients(const F& f, const std::vector<Tensor>& inputs) {
  GradientTape tape({.persistent = true});
  for (const Tensor& input : inputs) tape.watch(input);
  const Tensor y = f(inputs);
  const Tensor target = ops::sum(y * random::normal(y.shape(), 0, 1, y.dtype(), random::Generator(3)));
  std::vector<Tensor> all{y};
  for (const Tensor& input : inputs) all.push_back(tape.gradient(target, input).to_dense());
  return all;
}

/// Checks that these have the same bits with any number of threads, and returns them.
template <class F>
std::vector<Tensor> same_on_threads(const F& f, const std::vector<Tensor>& inputs) {
  const WithThreads one(1);
  const std::vector<Tensor> expected = value_and_gradients(f, inputs);
  for (const std::int64_t threads : thread_counts) {
    const WithThreads with(threads);
    const std::vector<Tensor> got = value_and_gradients(f, inputs);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(threads);
      CAPTURE(i);
      CHECK(same_bits(got[i], expected[i]));
    }
  }
  return expected;
}

}  // namespace cornu::testing
