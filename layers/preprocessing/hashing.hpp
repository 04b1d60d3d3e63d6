#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/text/hash.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct HashingOptions {
  std::optional<std::int64_t> mask_value =
      {};  ///< this number has bin 0, and, if there are several bins, no other number has it
  std::optional<text::Salt> salt = {};  ///< another hash function for each: 7 or text::Salt(1, 2)
  std::string name = {};
};

/// Maps integers of any size and shape to ids 0 … num_bins-1, int64: an open vocabulary for an Embedding behind it.
/// Different numbers may share an id. A number is hashed as its decimal digits, by text::hash, so that the ids are
/// those of Keras's Hashing layer with output_mode "int".
///
///     Sequential model{layers::Hashing(1000, {.mask_value = 0}), layers::Embedding(1000, 16, {.mask_zero = true})};
///
/// The constructor throws ValueError for a num_bins below 1, a call for other dtypes than int32 and int64.
class Hashing final : public Layer<Hashing> {
 public:
  explicit Hashing(std::int64_t num_bins, HashingOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Hashing> from_config(const ConfigView& config);
  DType expected_input_dtype() const override { return int64; }

 private:
  std::int64_t num_bins_;
  HashingOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
