#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/text/hash.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct IntegerLookupOptions {
  std::optional<std::int64_t> max_tokens = {};  ///< the most that the vocabulary has, with the special ones
  std::int64_t num_oov_indices = 1;             ///< ids for integers that are not in the vocabulary
  std::optional<std::int64_t> mask_token = {};  ///< this integer has id 0, or is left out by the other output modes
  std::int64_t oov_token = -1;                  ///< what `invert` gives for ids that no integer has
  std::vector<std::int64_t> vocabulary = {};    ///< instead of adapt(); with the special tokens in front or without
  std::vector<double> idf_weights = {};         ///< with a vocabulary and "tf_idf": a weight for each of its integers
  bool invert = false;                          ///< ids to integers
  std::string output_mode = "int";              ///< "int", "one_hot", "multi_hot", "count", "tf_idf"
  bool pad_to_max_tokens = false;               ///< vectors of max_tokens, however many there are
  std::string oov_method = "floormod";          ///< which of several ids: "floormod", the remainder, or "farmhash"
  std::optional<text::Salt> salt = {};          ///< for "farmhash": another hash function for each
  std::string name = {};
};

/// Maps integers of any size to the ids of a vocabulary, 0 … : the id of mask_token if there is one, num_oov_indices
/// ids for integers that nobody has seen, and one for each of the vocabulary. Any shape → the same, int64. Other output
/// modes give vectors as long as the vocabulary: "one_hot" one for each integer, on a new last axis, instead of one of
/// 1 that there may be; "multi_hot" and "count", which integers a sample (batch, n) has, or how often, int64 like
/// those; "tf_idf", how often times a weight ln(1 + samples / (1 + samples that have it)), float32.
///
///     layers::IntegerLookup lookup({.mask_token = 0});
///     lookup.adapt(x_train);                                   // the most frequent first, of equal ones the largest
///     layers::IntegerLookup({.vocabulary = {12, 36, 1138}})    // 12 → 1, 36 → 2, 1138 → 3, all others → 0
///
/// Files hold the vocabulary in the layer's config, which Keras reads. Of a layer that was adapted in Keras an archive
/// has it beside the config, from where it is read; a file of the older form (.h5) has none, and set_vocabulary() must
/// be told. A graph may be made before there is a vocabulary, if the length of the output does not depend on it.
///
/// The constructor throws ValueError for a max_tokens below 2, a num_oov_indices below 0 or of more than 32 bits, an
/// unknown output_mode or oov_method, for invert with another output_mode than "int", a salt without "farmhash",
/// pad_to_max_tokens without max_tokens, and for a vocabulary as set_vocabulary() does. A call throws StateError
/// without a vocabulary, ValueError for other dtypes than int32 and int64, and, with num_oov_indices = 0, for an
/// integer that is not in the vocabulary.
class IntegerLookup final : public Layer<IntegerLookup> {
 public:
  explicit IntegerLookup(IntegerLookupOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<IntegerLookup> from_config(const ConfigView& config);
  DType expected_input_dtype() const override { return int64; }

  /// Finds the vocabulary and, for "tf_idf", the weights in the data, of which each place along the first axis is a
  /// sample. Forgets what it had. Throws StateError for a layer that was given a vocabulary, ValueError for other
  /// dtypes than int32 and int64, and for data of nothing but special tokens.
  void adapt(const Tensor& data);
  /// The same from batches, one after the other. A vector is one sample.
  void adapt(const std::vector<Tensor>& batches);

  /// Throws ValueError for an empty vocabulary, for an integer twice, for mask_token among them, for more than
  /// max_tokens, and for weights that are not as many, or not for "tf_idf".
  void set_vocabulary(const std::vector<std::int64_t>& vocabulary, const std::vector<double>& idf_weights = {});
  /// The integer of each id: special tokens first, unless they are not wanted.
  std::vector<std::int64_t> get_vocabulary(bool include_special_tokens = true) const;
  /// With the special ones; 0 without a vocabulary.
  std::int64_t vocabulary_size() const;
  /// Of "tf_idf": the weight of each id, 0 for those of padding; none without a vocabulary.
  const std::vector<float>& idf_weights() const { return weights_; }

 private:
  std::int64_t first_oov() const;
  std::int64_t first_token() const;
  std::int64_t depth() const;
  Tensor ids_of(const Tensor& input) const;
  bool begins_with_special(const std::vector<std::int64_t>& vocabulary) const;
  void read_size(const ConfigView& config);
  std::int64_t id_of(std::int64_t integer) const;
  std::int64_t integer_of(std::int64_t id) const;
  void set_tokens(std::vector<std::int64_t> tokens, std::vector<float> weights);

  IntegerLookupOptions options_;
  std::int64_t promised_size_ = 0;    // of a vocabulary that is still to be read
  bool was_given_ = false;            // the vocabulary, and not found by adapt()
  std::vector<std::int64_t> tokens_;  // without the special ones
  std::vector<float> weights_;        // of "tf_idf", for all ids
  std::vector<std::int64_t> order_;   // the places of tokens_, by their values
};

}  // namespace cornu::layers
CORNU_EXPORT_END
