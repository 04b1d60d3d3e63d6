#include <cornu/framework/layer/keras_vocabulary.hpp>

#include <fmt/core.h>

#include <charconv>
#include <string>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/layers/preprocessing/integer_lookup.hpp>

namespace cornu::detail {

namespace {

const layers::IntegerLookup* lookup(const LayerBase& layer) {
  return dynamic_cast<const layers::IntegerLookup*>(&layer);
}

[[noreturn]] void refuse(std::string_view place, const std::string& what) {
  throw FileError("load_model", fmt::format("'{}': {}", place, what));
}

// Without the line ends, and without empty lines at the end.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

std::vector<std::int64_t> integers_in(std::string_view text, std::string_view place) {
  std::vector<std::int64_t> integers;
  for (const std::string_view line : lines_of(text)) {
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), integer);
    if (line.empty() || error != std::errc() || end != line.data() + line.size())
      refuse(place, fmt::format("line {} is no integer; got \"{}\"; expected one of 64 bits", integers.size() + 1,
                                shown(line, 40)));
    integers.push_back(integer);
  }
  return integers;
}

// Those of the vocabulary; a layer that pads has more.
std::vector<double> weights_in(const std::optional<Tensor>& weights, std::size_t count, std::string_view place) {
  if (!weights || weights->rank() != 1 || static_cast<std::size_t>(weights->size()) < count)
    refuse(place, fmt::format("the weights of the vocabulary do not fit; got {}; expected {} in idf_weights",
                              weights ? fmt::format("shape {}", weights->shape()) : "none", count));
  const Tensor numbers = weights->astype(float64);
  return {numbers.data<double>(), numbers.data<double>() + count};
}

}  // namespace

bool lacks_vocabulary(const LayerBase& layer) {
  const layers::IntegerLookup* const found = lookup(layer);
  return found && found->vocabulary_size() == 0;
}

void read_vocabulary(LayerBase& layer, std::string_view text, const std::optional<Tensor>& weights,
                     std::string_view place) {
  auto& found = dynamic_cast<layers::IntegerLookup&>(layer);
  const Config config = found.get_config();
  const std::vector<std::int64_t> integers = integers_in(text, place);
  const Config& size = config["vocabulary_size"];
  if (size.is_null()) {
    const std::int64_t special = config["num_oov_indices"].as_int() +
                                 (config["mask_token"].is_null() || config["output_mode"].as_string() != "int" ? 0 : 1);
    if (std::ssize(integers) <= special) return;
  } else if (std::ssize(integers) != size.as_int()) {
    refuse(place, fmt::format("the vocabulary has another size; got {}; expected {}, as the config says",
                              integers.size(), size.as_int()));
  }
  try {
    found.set_vocabulary(
        integers, has_vocabulary_weights(layer) ? weights_in(weights, integers.size(), place) : std::vector<double>());
  } catch (const ValueError& error) {
    refuse(place, error.what());
  }
}

bool has_vocabulary_weights(const LayerBase& layer) {
  return lookup(layer) && layer.get_config()["output_mode"].as_string() == "tf_idf";
}

std::optional<Tensor> vocabulary_weights(const LayerBase& layer) {
  const layers::IntegerLookup* const found = lookup(layer);
  if (!found || found->idf_weights().empty()) return std::nullopt;
  return Tensor(found->idf_weights());
}

}  // namespace cornu::detail
