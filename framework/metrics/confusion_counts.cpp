#include <cornu/framework/metrics/confusion_counts.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/metrics/element_weights.hpp>
#include <cornu/framework/metrics/ratios.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::metrics {

namespace {

// As Keras decides it; the ends may lie a little beyond 0 and 1.
bool are_even(const std::vector<double>& thresholds) {
  if (thresholds.size() < 3) return false;
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    const double even = static_cast<double>(i) / static_cast<double>(thresholds.size() - 1);
    if (std::abs(std::clamp(thresholds[i], 0., 1.) - even) > 1e-7 + 1e-5 * even) return false;
  }
  return true;
}

}  // namespace

ConfusionCounts::ConfusionCounts(std::vector<double> thresholds, ConfusionOptions options)
    : thresholds_(std::move(thresholds)),
      options_(std::move(options)),
      is_even_(are_even(thresholds_)),
      labels_(options_.multi_label ? 0 : 1) {
  reset();
}

void ConfusionCounts::reset() {
  for (auto* counts : {&true_positives_, &false_positives_, &true_negatives_, &false_negatives_})
    counts->assign(thresholds_.size() * labels_, 0);
  outside_ = 0;
}

void ConfusionCounts::fix_labels(std::string_view where, const Shape& shape) {
  if (shape.rank() != 2)
    throw ShapeError(where,
                     fmt::format("multi_label needs a column for each label; got {}; expected (n, labels)", shape));
  const auto count = static_cast<std::size_t>(shape[1]);
  if (labels_ != 0 && count != labels_)
    throw ShapeError(where, fmt::format("another number of labels than before; got {}; expected {}", count, labels_));
  if (labels_ != 0) return;
  labels_ = count;
  reset();
}

namespace {

void require_last_axis(std::string_view where, const Tensor& p, const ConfusionOptions& options) {
  const std::int64_t classes = p.dim(-1);
  if (options.top_k && *options.top_k > classes)
    throw ValueError(where, fmt::format("top_k is larger than the number of classes; got {} for predictions {}",
                                        *options.top_k, p.shape()));
  if (!options.class_id) return;
  if (p.rank() < 2 || *options.class_id >= classes)
    throw IndexError(where, fmt::format("class_id is no class of the predictions; got {} for predictions {}; expected "
                                        "(n, …, classes)",
                                        *options.class_id, p.shape()));
}

// A label that does not count may be anything.
template <class T>
void require_labels(std::string_view where, const Tensor& t, const Tensor& weights) {
  for (std::int64_t i = 0; i < t.size(); ++i) {
    const T label = t.data<T>()[i];
    if ((label >= 0 && label <= 1) || weights.data<double>()[i] == 0) continue;
    throw ValueError(where,
                     fmt::format("labels must lie in 0 … 1; got {} in sample {}", label, i * t.dim(0) / t.size()));
  }
}

void require_label_weights(std::string_view where, const Tensor& p, const std::vector<double>& weights) {
  if (!weights.empty() && p.dim(-1) != std::ssize(weights))
    throw ShapeError(where, fmt::format("label_weights has not one number for each label; got {} for predictions {}",
                                        weights.size(), p.shape()));
}

// All but the k largest of each row far below all thresholds.
template <class T>
Tensor largest(const Tensor& p, std::int64_t k) {
  Tensor filtered = Tensor::full(p.shape(), below_all, p.dtype());
  const auto classes = static_cast<std::size_t>(p.dim(-1));
  std::vector<std::size_t> order(classes);
  for (std::size_t row = 0; row < static_cast<std::size_t>(p.size()); row += classes) {
    const T* const x = p.data<T>() + row;
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return x[a] > x[b] || (std::isnan(x[b]) && !std::isnan(x[a]));
    });
    for (std::int64_t i = 0; i < k; ++i) {
      const std::size_t at = order[static_cast<std::size_t>(i)];
      filtered.mutable_data<T>()[row + at] = x[at];
    }
  }
  return filtered;
}

Tensor only(const Tensor& x, const std::optional<std::int64_t>& class_id) {
  return class_id ? ops::select(x, -1, *class_id) : x;
}

}  // namespace

// Elements by how many thresholds they exceed.
template <class T>
class ConfusionCounts::Buckets {
 public:
  explicit Buckets(const ConfusionCounts& counts)
      : even_parts_(counts.is_even_ ? static_cast<T>(counts.thresholds_.size() - 1) : 0),
        least_(counts.is_even_ && (counts.thresholds_.front() < 0 || counts.thresholds_.back() > 1) ? 1 : 0),
        order_(counts.thresholds_.size()),
        labels_(counts.labels_),
        positives_((order_.size() + 1) * labels_),
        negatives_(positives_.size()) {
    std::iota(order_.begin(), order_.end(), 0);
    std::sort(order_.begin(), order_.end(),
              [&](std::size_t a, std::size_t b) { return counts.thresholds_[a] < counts.thresholds_[b]; });
    for (const std::size_t i : order_) sorted_.push_back(static_cast<T>(counts.thresholds_[i]));
  }

  void add(bool is_positive, T prediction, std::size_t label, double weight) {
    (is_positive ? positives_ : negatives_)[exceeded(prediction) * labels_ + label] += weight;
  }

  /// Adds what lies above each threshold, and what does not.
  static void add_to(const Buckets& buckets, const std::vector<double>& elements, std::vector<double>& above,
                     std::vector<double>& below) {
    const std::size_t labels = buckets.labels_;
    for (std::size_t label = 0; label < labels; ++label) {
      double total = 0, so_far = 0;
      for (std::size_t i = label; i < elements.size(); i += labels) total += elements[i];
      for (std::size_t i = 0; i < buckets.order_.size(); ++i) {
        so_far += elements[i * labels + label];  // those that exceed i thresholds, not this one
        above[buckets.order_[i] * labels + label] += total - so_far;
        below[buckets.order_[i] * labels + label] += so_far;
      }
    }
  }

  const std::vector<double>& positives() const { return positives_; }
  const std::vector<double>& negatives() const { return negatives_; }

 private:
  // Of even thresholds by arithmetic, as Keras has it, so that a prediction that equals one of them is where Keras has
  // it, too.
  std::size_t exceeded(T prediction) const {
    if (std::isnan(prediction)) return 0;
    if (even_parts_ == 0)
      return static_cast<std::size_t>(std::lower_bound(sorted_.begin(), sorted_.end(), prediction) - sorted_.begin());
    const T held = std::clamp(prediction, T(0), T(1));
    return std::max(static_cast<std::size_t>(std::ceil(held * even_parts_)), least_);
  }

  T even_parts_;
  std::size_t least_;
  std::vector<std::size_t> order_;
  std::vector<T> sorted_;
  std::size_t labels_;
  std::vector<double> positives_, negatives_;
};

template <class T>
void ConfusionCounts::count(const Tensor& t, const Tensor& p, const Tensor& weights) {
  Buckets<T> buckets(*this);
  const std::size_t columns = options_.label_weights.empty() ? labels_ : options_.label_weights.size();
  const double* const weight = weights.data<double>();
  for (std::int64_t i = 0; i < p.size(); ++i) {
    const std::size_t column = static_cast<std::size_t>(i) % columns;
    const double label_weight = options_.label_weights.empty() ? 1 : options_.label_weights[column];
    const T prediction = p.data<T>()[i];
    if (weight[i] == 0) continue;
    if (prediction < 0 || prediction > 1) ++outside_;
    buckets.add(t.data<T>()[i] != 0, prediction, options_.multi_label ? column : 0, weight[i] * label_weight);
  }
  Buckets<T>::add_to(buckets, buckets.positives(), true_positives_, false_negatives_);
  Buckets<T>::add_to(buckets, buckets.negatives(), false_positives_, true_negatives_);
}

void ConfusionCounts::update(std::string_view where, const Tensor& y_true, const Tensor& y_pred,
                             const Tensor& sample_weight) {
  const DType dtype = is_floating(y_pred.dtype()) ? y_pred.dtype() : float32;
  auto [t, p] = losses::of_same_shape(where, y_true.astype(dtype), y_pred.astype(dtype));
  require_last_axis(where, p, options_);
  Tensor weights = weights_of_elements(where, sample_weight, p.shape());
  require_label_weights(where, p, options_.label_weights);
  detail::for_floating_type(dtype, [&, predictions = p, labels = t]<class T>(T) {
    require_labels<T>(where, labels, weights);
    if (options_.multi_label) fix_labels(where, predictions.shape());
    const Tensor kept = options_.top_k ? largest<T>(predictions, *options_.top_k) : predictions;
    count<T>(only(labels, options_.class_id), only(kept, options_.class_id), only(weights, options_.class_id));
  });
}

}  // namespace cornu::metrics
