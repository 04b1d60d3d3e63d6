#include <cornu/framework/metrics/iou.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/metrics/element_weights.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/metrics/ratios.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::metrics {

namespace {

constexpr std::int64_t most_classes = 1 << 15;  // their counts take 8 GB, once there are any

std::vector<std::int64_t> all_classes(std::int64_t count) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(std::clamp<std::int64_t>(count, 0, most_classes)));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

// Class ids as they are, or the places of the largest in rows.
Tensor ids_of(const Tensor& x, bool are_ids, std::int64_t axis) {
  return (are_ids ? x : ops::argmax(x, axis)).astype(int64);
}

}  // namespace

IoUMetric::IoUMetric(const char* class_name, std::int64_t num_classes, std::vector<std::int64_t> target_class_ids,
                     IoUOptions options)
    : Metric(options.name), classes_(num_classes), targets_(std::move(target_class_ids)), options_(std::move(options)) {
  if (num_classes < 1 || num_classes > most_classes)
    throw ValueError(class_name, fmt::format("num_classes must be 1 … {}; got {}", most_classes, num_classes));
  for (const std::int64_t id : targets_)
    if (id < 0 || id >= num_classes)
      throw ValueError(class_name,
                       fmt::format("a target class does not exist; got {}; expected 0 … {}", id, num_classes - 1));
}

std::pair<Tensor, Tensor> IoUMetric::aligned(const Tensor& y_true, const Tensor& y_pred) const {
  return {y_true, y_pred};
}

void IoUMetric::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const Tensor t = ids_of(y_true, options_.sparse_y_true, options_.axis);
  const Tensor p = ids_of(y_pred, options_.sparse_y_pred, options_.axis);
  if (t.size() != p.size())
    throw ShapeError(name(), fmt::format("another number of labels than of predictions; got class ids {} of y_true {} "
                                         "and {} of y_pred {}; expected as many",
                                         t.shape(), y_true.shape(), p.shape(), y_pred.shape()));
  Tensor weights = weights_of_elements(name(), sample_weight, t.shape());
  if (!is_floating(options_.dtype)) weights = weights.astype(int64).astype(float64);
  counts_.resize(static_cast<std::size_t>(classes_ * classes_));
  const auto is_class = [this](std::int64_t id) { return id >= 0 && id < classes_; };
  std::int64_t outside = 0;
  for (std::int64_t i = 0; i < t.size(); ++i) {
    const std::int64_t label = t.data<std::int64_t>()[i], found = p.data<std::int64_t>()[i];
    if (label == options_.ignore_class) continue;
    if (is_class(label) && is_class(found))
      counts_[static_cast<std::size_t>(label * classes_ + found)] += weights.data<double>()[i];
    else
      ++outside;
  }
  if (outside == 0 || std::exchange(has_said_outside_, true)) return;
  log(fmt::format("{}: {} of {} labels and predictions of a batch are outside the classes 0 … {}, and do not count\n",
                  name(), outside, t.size(), classes_ - 1));
}

double IoUMetric::result() const {
  const auto classes = static_cast<std::size_t>(classes_);
  double sum = 0, valid = 0;
  if (counts_.empty()) return 0;
  for (const std::int64_t target : targets_) {
    const auto id = static_cast<std::size_t>(target);
    double either = -counts_[id * classes + id];
    for (std::size_t other = 0; other < classes; ++other)
      either += counts_[id * classes + other] + counts_[other * classes + id];
    if (either <= 1e-9) continue;
    sum += counts_[id * classes + id] / (either + epsilon);
    ++valid;
  }
  return sum / (valid + epsilon);
}

void IoUMetric::reset_state() { std::fill(counts_.begin(), counts_.end(), 0); }

namespace {

IoUOptions with_targets(const MeanIoUOptions& o) {
  return {o.name, o.dtype, o.ignore_class, o.sparse_y_true, o.sparse_y_pred, o.axis};
}
template <class Options>
IoUOptions of_one_hot(const Options& o) {
  return {o.name, o.dtype, o.ignore_class, false, o.sparse_y_pred, o.axis};
}

}  // namespace

IoU::IoU(std::int64_t num_classes, std::vector<std::int64_t> target_class_ids, IoUOptions options)
    : IoUMetric("IoU", num_classes, std::move(target_class_ids), options), options_(std::move(options)) {}
MeanIoU::MeanIoU(std::int64_t num_classes, cornu::detail::NoOptions) : MeanIoU(num_classes) {}
MeanIoU::MeanIoU(std::int64_t num_classes, MeanIoUOptions options)
    : IoUMetric("MeanIoU", num_classes, all_classes(num_classes), with_targets(options)),
      options_(std::move(options)) {}
OneHotIoU::OneHotIoU(std::int64_t num_classes, std::vector<std::int64_t> target_class_ids, OneHotIoUOptions options)
    : IoUMetric("OneHotIoU", num_classes, std::move(target_class_ids), of_one_hot(options)),
      options_(std::move(options)) {}
OneHotMeanIoU::OneHotMeanIoU(std::int64_t num_classes, cornu::detail::NoOptions) : OneHotMeanIoU(num_classes) {}
OneHotMeanIoU::OneHotMeanIoU(std::int64_t num_classes, OneHotMeanIoUOptions options)
    : IoUMetric("OneHotMeanIoU", num_classes, all_classes(num_classes), of_one_hot(options)),
      options_(std::move(options)) {}

BinaryIoU::BinaryIoU(cornu::detail::NoOptions) : BinaryIoU() {}
BinaryIoU::BinaryIoU(BinaryIoUOptions options)
    : IoUMetric("BinaryIoU", 2, options.target_class_ids, {.name = options.name, .dtype = options.dtype}),
      options_(std::move(options)) {}
void BinaryIoU::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const Tensor p = is_floating(y_pred.dtype()) ? y_pred : y_pred.astype(float32);
  IoUMetric::update_state(y_true, ops::greater_equal(p, options_.threshold), sample_weight);
}

// ── configs ─────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// A dtype that files have as a plain name.
struct PlainName {
  DType dtype = int32;
};
void read_value(const ConfigView& view, PlainName& value) { cornu::read_value(view, value.dtype); }
Config value_of(const PlainName& value) { return Config(value.dtype); }

// Keras's keys, in its orders
constexpr auto iou_options = [](auto& option, auto& classes, auto& targets, auto& dtype, auto& options) {
  option("name", options.name);
  option("dtype", dtype);
  option.required("num_classes", classes);
  option.required("target_class_ids", targets);
  option("ignore_class", options.ignore_class);
  option("sparse_y_true", options.sparse_y_true);
  option("sparse_y_pred", options.sparse_y_pred);
  option("axis", options.axis);
};
constexpr auto binary_options = [](auto& option, auto&, auto&, auto& dtype, auto& options) {
  option("target_class_ids", options.target_class_ids);
  option("threshold", options.threshold);
  option("name", options.name);
  option("dtype", dtype);
};
constexpr auto mean_options = [](auto& option, auto& classes, auto&, auto& dtype, auto& options) {
  option.required("num_classes", classes);
  option("name", options.name);
  option("dtype", dtype);
  option("ignore_class", options.ignore_class);
  option("sparse_y_true", options.sparse_y_true);
  option("sparse_y_pred", options.sparse_y_pred);
  option("axis", options.axis);
};
constexpr auto one_hot_options = [](auto& option, auto& classes, auto& targets, auto& dtype, auto& options) {
  option.required("num_classes", classes);
  option.required("target_class_ids", targets);
  option("name", options.name);
  option("dtype", dtype);
  option("ignore_class", options.ignore_class);
  option("sparse_y_pred", options.sparse_y_pred);
  option("axis", options.axis);
};
constexpr auto one_hot_mean_options = [](auto& option, auto& classes, auto&, auto& dtype, auto& options) {
  option.required("num_classes", classes);
  option("name", options.name);
  option("dtype", dtype);
  option("ignore_class", options.ignore_class);
  option("sparse_y_pred", options.sparse_y_pred);
  option("axis", options.axis);
};

template <class EachOption, class Options>
Config iou_object(const Metric& metric, const char* class_name, const EachOption& each_option, std::int64_t classes,
                  const std::vector<std::int64_t>& targets, Options options) {
  options.name = metric.name();
  return keras_object("keras.metrics", class_name)
      .set("config", write_options(Config::object(), each_option, classes, targets, PlainName{options.dtype}, options));
}

template <class Options>
struct Read {
  std::int64_t classes = 0;
  std::vector<std::int64_t> targets;
  Options options;
};

template <class Options, class EachOption>
Read<Options> read_iou(const ConfigView& config, const EachOption& each_option) {
  Read<Options> read;
  PlainName dtype;
  read_options(config, each_option, read.classes, read.targets, dtype, read.options);
  read.options.dtype = dtype.dtype;
  return read;
}

}  // namespace

Config IoU::to_config() const {
  return iou_object(*this, "IoU", iou_options, num_classes(), target_class_ids(), options_);
}
std::shared_ptr<IoU> IoU::from_config(const ConfigView& config) {
  auto read = read_iou<IoUOptions>(config, iou_options);
  return std::make_shared<IoU>(read.classes, std::move(read.targets), std::move(read.options));
}

Config BinaryIoU::to_config() const {
  return iou_object(*this, "BinaryIoU", binary_options, num_classes(), target_class_ids(), options_);
}
std::shared_ptr<BinaryIoU> BinaryIoU::from_config(const ConfigView& config) {
  return std::make_shared<BinaryIoU>(read_iou<BinaryIoUOptions>(config, binary_options).options);
}

Config MeanIoU::to_config() const {
  return iou_object(*this, "MeanIoU", mean_options, num_classes(), target_class_ids(), options_);
}
std::shared_ptr<MeanIoU> MeanIoU::from_config(const ConfigView& config) {
  auto read = read_iou<MeanIoUOptions>(config, mean_options);
  return std::make_shared<MeanIoU>(read.classes, std::move(read.options));
}

Config OneHotIoU::to_config() const {
  return iou_object(*this, "OneHotIoU", one_hot_options, num_classes(), target_class_ids(), options_);
}
std::shared_ptr<OneHotIoU> OneHotIoU::from_config(const ConfigView& config) {
  auto read = read_iou<OneHotIoUOptions>(config, one_hot_options);
  return std::make_shared<OneHotIoU>(read.classes, std::move(read.targets), std::move(read.options));
}

Config OneHotMeanIoU::to_config() const {
  return iou_object(*this, "OneHotMeanIoU", one_hot_mean_options, num_classes(), target_class_ids(), options_);
}
std::shared_ptr<OneHotMeanIoU> OneHotMeanIoU::from_config(const ConfigView& config) {
  auto read = read_iou<OneHotMeanIoUOptions>(config, one_hot_mean_options);
  return std::make_shared<OneHotMeanIoU>(read.classes, std::move(read.options));
}

}  // namespace cornu::metrics
