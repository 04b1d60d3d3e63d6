#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/optim/adam.hpp>

/// A training so small that many can run.
namespace cornu::testing::line {

inline bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), ops::array_equal);
}

/// 21 samples of three features, and a target that is a line of them.
inline const Tensor& x() {
  static const Tensor tensor = [] {
    random::set_seed(5);
    return random::normal({21, 3});
  }();
  return tensor;
}
inline Tensor y() { return ops::sum(x(), {.axis = 1, .keepdims = true}) - 1; }

/// Two layers, built and compiled, the same weights for the same seed.
inline Sequential model(std::uint64_t seed = 1) {
  x();
  random::set_seed(seed);
  Sequential model{layers::Dense(4, "tanh"), layers::Dense(1)};
  model.build({None, 3});
  model.compile(optim::Adam({.learning_rate = 0.1}), "mse", {"mae"});
  return model;
}

/// Its weights after a fit with that seed.
inline std::vector<Tensor> trained(FitOptions options, std::uint64_t seed = 1) {
  Sequential trained = model();
  random::set_seed(seed);
  options.verbose = 0;
  trained.fit(x(), y(), options);
  return trained.get_weights();
}

}  // namespace cornu::testing::line
