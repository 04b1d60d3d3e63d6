#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/model/model.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>

namespace cornu::testing {

inline std::vector<std::string> names_of(const Model& model) {
  std::vector<std::string> names;
  for (const auto& layer : model.layers()) names.push_back(layer->name());
  return names;
}

inline SymbolicTensor ids(std::string name = {}) {
  return Input({.shape = {None}, .dtype = int32, .name = std::move(name)});
}

inline SymbolicTensor numbers(std::int64_t count, std::string name = {}) {
  return Input({.shape = {count}, .name = std::move(name)});
}

/// Each of two texts pooled from one embedding, and what Dense makes of both.
struct Pair {
  std::shared_ptr<layers::Embedding> embedding =
      std::make_shared<layers::Embedding>(6, 3, layers::EmbeddingOptions{.mask_zero = true});
  SymbolicTensor question = ids("question"), answer = ids("answer");
  SymbolicTensor q = (*embedding)(question), a = (*embedding)(answer);
  SymbolicTensor both =
      layers::Concatenate()({layers::GlobalAveragePooling1D()(q), layers::GlobalAveragePooling1D()(a)});
  SymbolicTensor score = layers::Dense(1, "sigmoid", {.name = "score"})(both);
};

/// Two outputs of one number each, y = x·1 and y = x·2, so that all figures are easily found.
struct TwoLines {
  SymbolicTensor x = numbers(1, "x");
  Model model{
      x,
      {layers::Dense(1, {.use_bias = false, .kernel_initializer = "ones", .name = "one"})(x),
       layers::Dense(1, {.use_bias = false, .kernel_initializer = initializers::Constant(2), .name = "two"})(x)}};
  Tensor data = Tensor({{1.f}, {3.f}});
  Tensors zeros{Tensor::zeros({2, 1}), Tensor::zeros({2, 1})};
};

}  // namespace cornu::testing
