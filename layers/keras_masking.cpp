#include <cornu/framework/layer/keras_masking.hpp>

#include <algorithm>
#include <iterator>
#include <string_view>

#include <cornu/framework/layer/by_name.hpp>

namespace cornu::detail {

namespace {

using Output = KerasMasking::Output;

struct Row {
  std::string_view class_name;
  KerasMasking masking;
};

constexpr KerasMasking either{.output = Output::either},
    recurrent{.takes_mask = true, .names_training = true, .output = Output::passed};

// Keras's other layers pass masks on, if they have any, and do not look at them.
constexpr Row table[] = {
    {"Add", either},
    {"Average", either},
    {"Bidirectional", {.takes_mask = true, .output = Output::passed}},
    {"Concatenate", {.output = Output::joined}},
    {"Embedding", {.output = Output::non_zero}},
    {"GlobalAveragePooling1D", {.takes_mask = true}},
    {"GRU", recurrent},
    {"LSTM", recurrent},
    {"Maximum", either},
    {"Minimum", either},
    {"Multiply", either},
    {"RNN", recurrent},
    {"SimpleRNN", recurrent},
    {"Subtract", either},
};

bool is_of_keras(const LayerBase& layer) {
  const Config module = layer_to_config(layer)["module"];
  return module.is_string() && module.as_string() == "keras.layers";
}

}  // namespace

KerasMasking keras_masking(const LayerBase& layer) {
  if (!is_of_keras(layer)) return {};
  const std::string class_name = layer.class_name();
  const auto row = std::find_if(std::begin(table), std::end(table),
                                [&](const Row& candidate) { return candidate.class_name == class_name; });
  return row == std::end(table) ? KerasMasking{.output = Output::passed} : row->masking;
}

}  // namespace cornu::detail
