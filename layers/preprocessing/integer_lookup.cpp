#include <cornu/layers/preprocessing/integer_lookup.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/preprocessing/encoded.hpp>
#include <cornu/layers/preprocessing/integer_counts.hpp>

namespace cornu::layers {

namespace {

void require_options(const IntegerLookupOptions& options) {
  const auto require = [](bool holds, const std::string& message) {
    if (!holds) throw ValueError("IntegerLookup", message);
  };
  require_output_mode("IntegerLookup", options.output_mode, {"int", "one_hot", "multi_hot", "count", "tf_idf"});
  require(options.max_tokens.value_or(2) > 1,
          fmt::format("`max_tokens` must be more than 1; got {}", options.max_tokens.value_or(0)));
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  require(options.num_oov_indices >= 0 && options.num_oov_indices <= most,
          fmt::format("`num_oov_indices` must be 0 … {}; got {}", most, options.num_oov_indices));
  require(options.oov_method == "floormod" || options.oov_method == "farmhash",
          fmt::format("unknown `oov_method`; got \"{}\"; expected \"floormod\" or \"farmhash\"", options.oov_method));
  require(!options.invert || options.output_mode == "int",
          fmt::format("`invert` gives integers; got output_mode \"{}\"; expected \"int\"", options.output_mode));
  require(!options.salt || options.oov_method == "farmhash", "a salt is for oov_method \"farmhash\"; got \"floormod\"");
  require(!options.pad_to_max_tokens || options.max_tokens, "`pad_to_max_tokens` needs `max_tokens`; got none");
}

}  // namespace

IntegerLookup::IntegerLookup(IntegerLookupOptions options)
    : Layer({.name = options.name}), options_(std::move(options)) {
  require_options(options_);
  autocast_ = false;
  if (options_.vocabulary.empty() && options_.idf_weights.empty()) return;
  set_vocabulary(options_.vocabulary, options_.idf_weights);
  was_given_ = true;
}

std::int64_t IntegerLookup::first_oov() const { return options_.mask_token && options_.output_mode == "int" ? 1 : 0; }

std::int64_t IntegerLookup::first_token() const { return first_oov() + options_.num_oov_indices; }

std::int64_t IntegerLookup::vocabulary_size() const {
  return tokens_.empty() ? 0 : first_token() + static_cast<std::int64_t>(tokens_.size());
}

std::vector<std::int64_t> IntegerLookup::get_vocabulary(bool include_special_tokens) const {
  if (tokens_.empty() || !include_special_tokens) return tokens_;
  std::vector<std::int64_t> all(static_cast<std::size_t>(first_token()), options_.oov_token);
  if (first_oov() == 1) all[0] = *options_.mask_token;
  all.insert(all.end(), tokens_.begin(), tokens_.end());
  return all;
}

namespace {

void require_tokens(const std::vector<std::int64_t>& tokens, const IntegerLookupOptions& options,
                    std::int64_t special) {
  if (tokens.empty()) throw ValueError("IntegerLookup", "the vocabulary is empty; expected integers");
  std::set<std::int64_t> seen;
  for (const std::int64_t token : tokens) {
    const bool is_special = token == options.mask_token || (options.invert && token == options.oov_token);
    if (is_special || !seen.insert(token).second)
      throw ValueError("IntegerLookup", fmt::format("the vocabulary has {} {}; expected each integer once, and special "
                                                    "tokens all in front or not at all",
                                                    token, is_special ? "among its tokens" : "twice"));
  }
  const std::int64_t size = special + static_cast<std::int64_t>(tokens.size());
  if (options.max_tokens && size > *options.max_tokens)
    throw ValueError("IntegerLookup", fmt::format("the vocabulary is larger than `max_tokens`; got {} with the special "
                                                  "tokens; expected {} or less",
                                                  size, *options.max_tokens));
}

// For all ids: those of special tokens have the mean, unless they were given too.
std::vector<float> weights_for(const std::vector<double>& given, std::size_t special) {
  std::vector<float> weights(given.begin(), given.end());
  const double mean = std::accumulate(given.begin(), given.end(), 0.0) / static_cast<double>(given.size());
  weights.insert(weights.begin(), special, static_cast<float>(mean));
  return weights;
}

}  // namespace

// Whether all of the special ones stand in front.
bool IntegerLookup::begins_with_special(const std::vector<std::int64_t>& vocabulary) const {
  if (std::ssize(vocabulary) < first_token()) return false;
  const auto first = vocabulary.begin() + static_cast<std::ptrdiff_t>(first_oov());
  return std::all_of(first, vocabulary.begin() + static_cast<std::ptrdiff_t>(first_token()),
                     [&](std::int64_t token) { return token == options_.oov_token; }) &&
         (first_oov() == 0 || vocabulary[0] == *options_.mask_token);
}

void IntegerLookup::set_vocabulary(const std::vector<std::int64_t>& vocabulary,
                                   const std::vector<double>& idf_weights) {
  const bool is_weighted = options_.output_mode == "tf_idf";
  if (is_weighted ? idf_weights.size() != vocabulary.size() : !idf_weights.empty())
    throw ValueError("IntegerLookup", fmt::format("the weights do not fit; got {} for a vocabulary of {}; expected as "
                                                  "many for output_mode \"tf_idf\", and none for another",
                                                  idf_weights.size(), vocabulary.size()));
  const std::int64_t special = first_token();
  const bool has_special = begins_with_special(vocabulary);
  const auto begin = vocabulary.begin() + static_cast<std::ptrdiff_t>(has_special ? special : 0);
  std::vector<std::int64_t> tokens(begin, vocabulary.end());
  require_tokens(tokens, options_, special);
  set_tokens(std::move(tokens), is_weighted
                                    ? weights_for(idf_weights, has_special ? 0 : static_cast<std::size_t>(special))
                                    : std::vector<float>());
  options_.vocabulary = vocabulary;
  options_.idf_weights = idf_weights;
}

void IntegerLookup::set_tokens(std::vector<std::int64_t> tokens, std::vector<float> weights) {
  std::vector<std::int64_t> order(tokens.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return tokens[static_cast<std::size_t>(a)] < tokens[static_cast<std::size_t>(b)];
  });
  if (options_.pad_to_max_tokens && !weights.empty()) weights.resize(static_cast<std::size_t>(*options_.max_tokens));
  tokens_ = std::move(tokens);
  weights_ = std::move(weights);
  order_ = std::move(order);
}

void IntegerLookup::adapt(const Tensor& data) {
  adapt(std::vector<Tensor>{data.rank() == 1 ? ops::expand_dims(data, -1) : data});
}

void IntegerLookup::adapt(const std::vector<Tensor>& batches) {
  if (was_given_)
    throw StateError(place(), "the layer was given a vocabulary; got data to adapt to; leave out one or the other");
  IntegerCounts counts;
  for (const Tensor& batch : batches) {
    ops::require_integer("IntegerLookup", batch);
    counts.add(batch.rank() < 2 ? ops::reshape(batch, {1, -1}) : batch);
  }
  if (options_.mask_token) counts.remove(*options_.mask_token);
  counts.remove(options_.oov_token);
  std::vector<std::int64_t> tokens = counts.by_frequency();
  const std::int64_t most = options_.max_tokens.value_or(first_token() + static_cast<std::int64_t>(tokens.size()));
  tokens.resize(std::min(tokens.size(), static_cast<std::size_t>(std::max<std::int64_t>(most - first_token(), 0))));
  if (tokens.empty()) throw ValueError(place(), "no integers to adapt to; got none but special tokens");
  std::vector<double> weights;
  if (options_.output_mode == "tf_idf")
    for (const std::int64_t token : tokens) weights.push_back(counts.inverse_document_frequency(token));
  set_tokens(std::move(tokens),
             weights.empty() ? std::vector<float>() : weights_for(weights, static_cast<std::size_t>(first_token())));
  options_.vocabulary = get_vocabulary();
  options_.idf_weights.assign(
      weights_.begin(), weights_.begin() + (weights_.empty() ? 0 : static_cast<std::ptrdiff_t>(vocabulary_size())));
}

// −1 for a mask_token that other output modes leave out.
std::int64_t IntegerLookup::id_of(std::int64_t integer) const {
  if (integer == options_.mask_token) return options_.output_mode == "int" ? 0 : -1;
  const auto token = [&](std::int64_t place) { return tokens_[static_cast<std::size_t>(place)]; };
  const auto found = std::lower_bound(order_.begin(), order_.end(), integer,
                                      [&](std::int64_t place, std::int64_t value) { return token(place) < value; });
  if (found != order_.end() && token(*found) == integer) return first_token() + *found;
  const std::int64_t others = options_.num_oov_indices;
  if (others == 0)
    throw ValueError("IntegerLookup",
                     fmt::format("an integer is not in the vocabulary; got {}; set num_oov_indices = 1 "
                                 "for such",
                                 integer));
  if (options_.oov_method == "farmhash" && others > 1)
    return first_oov() + text::hash(std::to_string(integer), others, {.salt = options_.salt});
  return first_oov() + (integer % others + others) % others;
}

std::int64_t IntegerLookup::integer_of(std::int64_t id) const {
  if (id == 0 && options_.mask_token) return *options_.mask_token;
  const bool is_known = first_token() <= id && id < vocabulary_size();
  return is_known ? tokens_[static_cast<std::size_t>(id - first_token())] : options_.oov_token;
}

// How long the vectors of the other output modes are; 0 if that is not known.
std::int64_t IntegerLookup::depth() const {
  if (options_.pad_to_max_tokens) return *options_.max_tokens;
  return tokens_.empty() ? promised_size_ : vocabulary_size();
}

Tensor IntegerLookup::ids_of(const Tensor& input) const {
  Tensor ids = Tensor::uninitialized(input.shape(), int64);
  const Tensor numbers = input.astype(int64);
  std::int64_t* id = ids.mutable_data<std::int64_t>();
  for (const std::int64_t number : numbers.values<std::int64_t>())
    *id++ = options_.invert ? integer_of(number) : id_of(number);
  return ids;
}

Tensor IntegerLookup::call(const Tensor& input) {
  ops::require_integer("IntegerLookup", input);
  const std::string& mode = options_.output_mode;
  if (tokens_.empty() && !(input.is_symbolic() && (mode == "int" || depth() > 0)))
    throw StateError("IntegerLookup", "there is no vocabulary; call adapt() or set_vocabulary() first, or give one");
  const bool is_weighted = mode == "tf_idf";
  const Tensor ids = input.is_symbolic() ? Tensor::symbolic(input.shape(), int64) : ids_of(input);
  const Tensor y = encoded(ids, is_weighted ? "count" : mode, depth(), is_weighted ? float32 : int64);
  return is_weighted && !input.is_symbolic() ? y * Tensor(weights_) : y;
}

namespace {

// Two numbers, or one that stands for both.
std::optional<text::Salt> read_salt(const ConfigView& config) {
  const auto salt = config.find("salt");
  if (!salt || salt->is_null()) return std::nullopt;
  if (salt->is_int()) return text::Salt(salt->as_int());
  if (salt->items().size() != 2) salt->refuse("one number or two");
  return text::Salt(salt->at(0).as_int(), salt->at(1).as_int());
}

Config salt_config(const std::optional<text::Salt>& salt) {
  if (!salt) return nullptr;
  return Config::list({static_cast<std::int64_t>(salt->first()), static_cast<std::int64_t>(salt->second())});
}

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("invert", options.invert);
  option("max_tokens", options.max_tokens);
  option("num_oov_indices", options.num_oov_indices);
  option("oov_token", options.oov_token);
  option("mask_token", options.mask_token);
  option("output_mode", options.output_mode);
  option.only("sparse", false);
  option("pad_to_max_tokens", options.pad_to_max_tokens);
  option.only("vocabulary_dtype", "int64");
  option.null_if_empty("idf_weights", options.idf_weights);
  option.null_if_empty("vocabulary", options.vocabulary);
};

// A file of a few bytes must not ask for much memory.
void require_some_ids(const ConfigView& config, const IntegerLookupOptions& options) {
  constexpr std::int64_t most = std::int64_t{1} << 24;
  if (options.num_oov_indices > most) config.at("num_oov_indices").refuse(fmt::format("{} or less", most));
  if (options.pad_to_max_tokens && options.max_tokens.value_or(0) > most)
    config.at("max_tokens").refuse(fmt::format("{} or less", most));
}

}  // namespace

// Keras writes it of layers whose vocabulary lies elsewhere too: then the vocabulary is still to be read.
void IntegerLookup::read_size(const ConfigView& config) {
  const auto said = config.find("vocabulary_size");
  if (!said || said->is_null()) return;
  const std::int64_t size = said->as_int(), most = std::numeric_limits<std::int32_t>::max();
  if (tokens_.empty() ? size < first_token() || size > most : size != vocabulary_size())
    said->refuse(tokens_.empty() ? fmt::format("{} … {}", first_token(), most)
                                 : fmt::format("{}, as the vocabulary with its special tokens has", vocabulary_size()));
  if (tokens_.empty() && size > first_token()) promised_size_ = size;
}

Config IntegerLookup::get_config() const {
  Config config = write_options(LayerBase::get_config(), each_option, options_);
  const std::int64_t size = tokens_.empty() ? promised_size_ : vocabulary_size();
  config.set("vocabulary_size", size == 0 ? Config() : Config(size));
  return config.set("oov_method", options_.oov_method).set("salt", salt_config(options_.salt));
}

std::shared_ptr<IntegerLookup> IntegerLookup::from_config(const ConfigView& config) {
  auto options = with_layer_options<IntegerLookupOptions>(config);
  read_options(config, each_option, options);
  options.oov_method = config.get("oov_method", options.oov_method);
  options.salt = read_salt(config);
  require_some_ids(config, options);
  config.find("has_input_vocabulary");
  const auto layer = std::make_shared<IntegerLookup>(std::move(options));
  layer->read_size(config);
  layer->set_trainable(config.get("trainable", true));
  return layer;
}

}  // namespace cornu::layers
