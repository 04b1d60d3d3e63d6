#pragma once
// Internal: recurrent layers and cells made of configs.
#include <memory>
#include <string_view>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/recurrent/recurrent_layer.hpp>

namespace cornu::layers {

// How a cell is run: Keras's keys, in its order.
constexpr auto each_loop_option = [](auto& option, auto& loop) {
  option("return_sequences", loop.return_sequences);
  option("return_state", loop.return_state);
  option("go_backwards", loop.go_backwards);
  option("stateful", loop.stateful);
  option("unroll", loop.unroll);
  option("zero_output_for_mask", loop.zero_output_for_mask);
};

/// What every layer and every recurrent layer can be told. Keras 2 wrote `time_major` and `implementation` too.
template <class Options>
Options with_loop_options(const ConfigView& config) {
  auto options = with_layer_options<Options>(config);
  read_options(config, each_loop_option, options);
  OptionReader(config).only("time_major", false);
  config.find("implementation");
  return options;
}

/// The layer that an object inside a wrapper's config describes. Throws FileError when it is no `L` ("recurrent cell").
template <class L>
std::shared_ptr<L> inner_layer(const ConfigView& object, std::string_view expected) {
  auto layer = std::dynamic_pointer_cast<L>(layer_from_config(object));
  if (!layer) object.refuse(expected);
  return layer;
}

}  // namespace cornu::layers
