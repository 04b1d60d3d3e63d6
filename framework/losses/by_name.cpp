#include <memory>
#include <string_view>

#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/registry/names.hpp>

namespace cornu::losses {

namespace {

template <class T>
constexpr auto make = detail::make_default<Loss, T>;

// One of three losses: the one that fits the shapes of each batch.
class Crossentropy final : public Loss {
 public:
  Crossentropy() : Loss("crossentropy") {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
    return chosen(y_true.shape(), y_pred.shape()).call(y_true, y_pred);
  }
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override {
    chosen(y_true.shape(), prediction_shape).check_labels(y_true, prediction_shape);
  }

 private:
  const Loss& chosen(const Shape& y_true, const Shape& y_pred) const {
    const LabelKind kind = label_kind(y_true, y_pred);
    if (kind == LabelKind::binary) return binary_;
    if (kind == LabelKind::sparse_categorical) return sparse_categorical_;
    return categorical_;
  }

  BinaryCrossentropy binary_;
  SparseCategoricalCrossentropy sparse_categorical_;
  CategoricalCrossentropy categorical_;
};

}  // namespace

}  // namespace cornu::losses

namespace cornu {

template <>
std::shared_ptr<losses::Loss> from_name<losses::Loss>(std::string_view name) {
  using namespace losses;
  static constexpr detail::Named<Loss> table[] = {
      {make<MeanSquaredError>, {"mean_squared_error", "MeanSquaredError", "mse", "MSE"}},
      {make<MeanAbsoluteError>, {"mean_absolute_error", "MeanAbsoluteError", "mae", "MAE"}},
      {make<BinaryCrossentropy>, {"binary_crossentropy", "BinaryCrossentropy", "bce", "BCE"}},
      {make<CategoricalCrossentropy>, {"categorical_crossentropy", "CategoricalCrossentropy"}},
      {make<SparseCategoricalCrossentropy>, {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"}},
      {make<Crossentropy>, {"crossentropy", "ce"}},
  };
  return detail::make_by_name("loss", name, table);
}

template class Handle<losses::Loss>;

}  // namespace cornu
