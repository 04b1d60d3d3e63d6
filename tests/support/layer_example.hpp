#pragma once
// What makes examples of layers, a file a family.
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <cornu/framework/tensor/random.hpp>

#include "tests/support/layer_examples.hpp"

namespace cornu::testing {

template <class Make>
LayerExample example(std::string_view class_name, Make make, Tensors inputs) {
  using L = std::invoke_result_t<Make>;
  return {class_name, [make] { return std::make_unique<L>(make()); }, std::move(inputs)};
}

void add_normalization(std::vector<LayerExample>& examples);
void add_core(std::vector<LayerExample>& examples);
void add_activations(std::vector<LayerExample>& examples);
void add_reshaping(std::vector<LayerExample>& examples);
void add_attention(std::vector<LayerExample>& examples);
void add_preprocessing(std::vector<LayerExample>& examples);
void add_regularization(std::vector<LayerExample>& examples);
void add_convolution(std::vector<LayerExample>& examples);
void add_conv_lstm(std::vector<LayerExample>& examples);
void add_pooling(std::vector<LayerExample>& examples);

}  // namespace cornu::testing
