#include <memory>
#include <string_view>
#include <utility>

#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/registry/names.hpp>

namespace cornu::losses {

namespace {

// One of three losses: the one that fits the shapes of each batch.
class Crossentropy final : public Loss {
 public:
  Crossentropy() : Loss("crossentropy") {}
  std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const override {
    return chosen(y_true.shape(), y_pred.shape()).aligned(y_true, y_pred);
  }
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
    return chosen(y_true.shape(), y_pred.shape()).call(y_true, y_pred);
  }
  Config to_config() const override { return name(); }  // Keras has no class for it
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

using losses::Loss;

namespace {

template <class T>
constexpr detail::Named<Loss> row(auto... names) {
  return detail::named<Loss, T>(names...);
}

constexpr detail::Named<Loss> table[] = {
    row<losses::MeanSquaredError>("MeanSquaredError", "mean_squared_error", "mse", "MSE"),
    row<losses::MeanAbsoluteError>("MeanAbsoluteError", "mean_absolute_error", "mae", "MAE"),
    row<losses::BinaryCrossentropy>("BinaryCrossentropy", "binary_crossentropy", "bce", "BCE"),
    row<losses::CategoricalCrossentropy>("CategoricalCrossentropy", "categorical_crossentropy"),
    row<losses::SparseCategoricalCrossentropy>("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"),
    row<losses::Crossentropy>("", "crossentropy", "ce"),
};

}  // namespace

template <>
std::shared_ptr<Loss> from_name<Loss>(std::string_view name) {
  auto loss = detail::make_by_name("loss", name, table);
  loss->set_given_name(std::string(name));
  return loss;
}

template <>
std::shared_ptr<Loss> from_config<Loss>(const ConfigView& object) {
  return detail::make_from_table("loss", object, table);
}

template <>
std::vector<std::string_view> detail::class_names<Loss>() {
  return class_names_in(table);
}

template class Handle<losses::Loss>;

}  // namespace cornu
