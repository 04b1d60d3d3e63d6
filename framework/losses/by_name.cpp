#include <memory>
#include <string_view>
#include <utility>

#include <cornu/framework/losses/circle.hpp>
#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/ctc.hpp>
#include <cornu/framework/losses/focal.hpp>
#include <cornu/framework/losses/generalized_crossentropy.hpp>
#include <cornu/framework/losses/hinge.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/losses/probabilistic.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/losses/segmentation.hpp>
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

// In Keras CategoricalGeneralizedCrossEntropy goes by no name, and its files have it as an object.
constexpr detail::Named<Loss> table[] = {
    row<losses::MeanSquaredError>("MeanSquaredError", "mean_squared_error", "mse", "MSE"),
    row<losses::MeanAbsoluteError>("MeanAbsoluteError", "mean_absolute_error", "mae", "MAE"),
    row<losses::MeanAbsolutePercentageError>("MeanAbsolutePercentageError", "mean_absolute_percentage_error", "mape",
                                             "MAPE"),
    row<losses::MeanSquaredLogarithmicError>("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", "msle",
                                             "MSLE"),
    row<losses::CosineSimilarity>("CosineSimilarity", "cosine_similarity"),
    row<losses::Huber>("Huber", "huber"),
    row<losses::LogCosh>("LogCosh", "log_cosh"),
    row<losses::Hinge>("Hinge", "hinge"),
    row<losses::SquaredHinge>("SquaredHinge", "squared_hinge"),
    row<losses::CategoricalHinge>("CategoricalHinge", "categorical_hinge"),
    row<losses::KLDivergence>("KLDivergence", "kl_divergence", "kld", "KLD"),
    row<losses::Poisson>("Poisson", "poisson"),
    row<losses::BinaryCrossentropy>("BinaryCrossentropy", "binary_crossentropy", "bce", "BCE"),
    row<losses::CategoricalCrossentropy>("CategoricalCrossentropy", "categorical_crossentropy"),
    row<losses::SparseCategoricalCrossentropy>("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"),
    row<losses::BinaryFocalCrossentropy>("BinaryFocalCrossentropy", "binary_focal_crossentropy"),
    row<losses::CategoricalFocalCrossentropy>("CategoricalFocalCrossentropy", "categorical_focal_crossentropy"),
    {nullptr, detail::make_from_config<Loss, losses::CategoricalGeneralizedCrossEntropy>,
     "CategoricalGeneralizedCrossEntropy", &typeid(losses::CategoricalGeneralizedCrossEntropy)},
    row<losses::Dice>("Dice", "dice"),
    row<losses::Tversky>("Tversky", "tversky"),
    row<losses::Circle>("Circle", "circle"),
    row<losses::CTC>("CTC", "ctc"),
    row<losses::Crossentropy>("", "crossentropy", "ce"),
};

}  // namespace

template <>
std::shared_ptr<Loss> from_name<Loss>(std::string_view name) {
  auto loss = detail::make_by_name("loss", detail::in_any_case(name, {"ce", "crossentropy"}), table);
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
