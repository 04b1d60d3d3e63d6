#include <cornu/framework/saving/quantized.hpp>

#include <fmt/core.h>

#include <cmath>
#include <optional>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {

using Codes = std::vector<std::int8_t>;

// The table or kernel of one layer, (rows, columns).
class Quantized {
 public:
  Quantized(const WeightGroup& vars, const LayerBase& layer, const std::string& path)
      : vars_(vars), path_(path), weights_(layer.own_weights()), is_dense_(layer.class_name() == "Dense") {
    if (!is_dense_ && layer.class_name() != "Embedding")
      refuse(fmt::format("quantised weights of {}; expected those of Dense or Embedding", layer.class_name()));
    if (weights_.empty() || weights_[0].shape().rank() != 2) refuse("a layer without a matrix");
    rows_ = static_cast<std::size_t>(weights_[0].shape()[0]);
    columns_ = static_cast<std::size_t>(weights_[0].shape()[1]);
  }

  std::vector<Tensor> read() const {
    std::vector<Tensor> all{matrix()};
    if (weights_.size() > 1) all.push_back(array(1, weights_[1].shape()));
    return all;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw FileError("load_weights", fmt::format("{}: {}", path_, what));
  }

  formats::Hdf5Dataset dataset(std::size_t number) const {
    if (const auto found = vars_.array(number)) return *found;
    refuse(fmt::format("array {} of the quantised weights is missing", number));
  }

  Tensor array(std::size_t number, const Shape& shape) const {
    const formats::Hdf5Dataset found = dataset(number);
    if (found.shape() != shape)
      refuse(fmt::format("array {} has another shape; got {}; expected {}", number, found.shape(), shape));
    return found.read().astype(float32);
  }

  // The arrays behind the bias: scale, zero point, group of each input.
  std::size_t scale_at() const { return weights_.size(); }

  Tensor matrix() const {
    const formats::Hdf5Dataset packed = dataset(0);
    const auto rows = static_cast<std::int64_t>(rows_), columns = static_cast<std::int64_t>(columns_);
    const bool is_whole = packed.shape() == Shape{rows, columns} && vars_.size() == scale_at() + 1;
    const bool is_half = packed.shape() == Shape{rows, (columns + 1) / 2};
    if (!is_whole && !is_half)
      refuse(fmt::format("the codes have another shape; got {}; expected {}", packed.shape(), weights_[0].shape()));
    const Codes codes = is_whole ? packed.read_int8() : unpacked(packed.read_int8());
    return vars_.size() == scale_at() + 3 ? grouped(codes) : scaled(codes);
  }

  Codes unpacked(const Codes& packed) const {
    Codes codes(rows_ * columns_);
    const std::size_t bytes = (columns_ + 1) / 2;
    for (std::size_t row = 0; row < rows_; ++row)
      for (std::size_t column = 0; column < columns_; ++column) {
        const int byte = packed[row * bytes + column / 2], half = column % 2 == 0 ? byte & 15 : (byte >> 4) & 15;
        codes[row * columns_ + column] = static_cast<std::int8_t>(half >= 8 ? half - 16 : half);
      }
    return codes;
  }

  // code / scale
  Tensor scaled(const Codes& codes) const {
    const Tensor scale = array(scale_at(), {static_cast<std::int64_t>(is_dense_ ? columns_ : rows_)});
    Tensor matrix = Tensor::uninitialized(weights_[0].shape(), float32);
    for (std::size_t row = 0; row < rows_; ++row)
      for (std::size_t column = 0; column < columns_; ++column)
        matrix.mutable_data<float>()[row * columns_ + column] =
            static_cast<float>(codes[row * columns_ + column]) / scale.data<float>()[is_dense_ ? column : row];
    return matrix;
  }

  // (code − zero) · scale, both (groups, outputs) of a Dense and (rows, groups) of an Embedding
  Tensor grouped(const Codes& codes) const {
    const Shape shape = dataset(scale_at()).shape();
    const std::int64_t inputs = static_cast<std::int64_t>(is_dense_ ? rows_ : columns_);
    const std::int64_t groups = shape.rank() == 2 ? shape[is_dense_ ? 0 : 1] : 0;
    const Shape expected = is_dense_ ? Shape{groups, static_cast<std::int64_t>(columns_)}
                                     : Shape{static_cast<std::int64_t>(rows_), groups};
    const Tensor scale = array(scale_at(), expected), zero = array(scale_at() + 1, expected);
    const Tensor group = array(scale_at() + 2, {inputs});
    Tensor matrix = Tensor::uninitialized(weights_[0].shape(), float32);
    for (std::size_t row = 0; row < rows_; ++row)
      for (std::size_t column = 0; column < columns_; ++column) {
        const float number = group.data<float>()[is_dense_ ? row : column];
        if (!(number >= 0 && number < static_cast<float>(groups))) refuse("an input of a group that there is not");
        const auto of = static_cast<std::size_t>(number);
        const std::size_t place = is_dense_ ? of * columns_ + column : row * static_cast<std::size_t>(groups) + of;
        matrix.mutable_data<float>()[row * columns_ + column] =
            (static_cast<float>(codes[row * columns_ + column]) - zero.data<float>()[place]) *
            scale.data<float>()[place];
      }
    return matrix;
  }

  const WeightGroup& vars_;
  const std::string& path_;
  std::vector<Variable> weights_;
  bool is_dense_;
  std::size_t rows_ = 0, columns_ = 0;
};

}  // namespace

bool is_quantized(const WeightGroup& vars, const std::vector<Variable>& weights) {
  const auto first = vars.array(0);
  return !weights.empty() && is_floating(weights[0].dtype()) && first && first->type() == formats::Hdf5Type::int8;
}

std::vector<Tensor> dequantized(const WeightGroup& vars, const LayerBase& layer, const std::string& path) {
  return Quantized(vars, layer, path).read();
}

}  // namespace cornu::detail
